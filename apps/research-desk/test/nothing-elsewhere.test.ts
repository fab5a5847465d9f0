import { once } from 'node:events';
import { createServer } from 'node:http';

import { sendsOnlyTo } from '@tako/testing';
import { expect, onTestFinished, test } from 'vitest';

import { runApp } from './run-app.js';

test('without a key it asks OLLAMA_HOST, on purpose, and nobody else', { timeout: 60_000 }, async () => {
  const ollama = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
  await once(ollama, 'listening');
  onTestFinished(() => void ollama.close());
  const address = ollama.address();
  const OLLAMA_HOST = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  await sendsOnlyTo([OLLAMA_HOST], async ({ childEnvironment }) => {
    const entries = Object.entries(childEnvironment).filter(([name]) => !name.endsWith('_API_KEY'));
    const environment = { ...Object.fromEntries(entries), OLLAMA_HOST };
    expect(await runApp(['--only', 'single', 'Well?'], environment)).toMatchObject({ code: 0 });
  });
});
