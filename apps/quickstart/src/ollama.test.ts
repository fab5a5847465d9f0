import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { findOllama } from './ollama.js';

interface Model {
  readonly name: string;
  readonly capabilities: readonly string[];
}

/** Answers as Ollama does. @returns host and port */
async function startOllama(models: readonly Model[]): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      const shown = models.find(({ name }) => body.includes(`"${name}"`));
      response.end(JSON.stringify(request.url === '/api/tags' ? { models } : { capabilities: shown?.capabilities }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // A server that listens on a port has an address of this form.
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const { signal } = new AbortController();

test('the first model that can call tools is found', async () => {
  const host = await startOllama([
    { name: 'embed:latest', capabilities: ['embedding'] },
    { name: 'qwen3:8b', capabilities: ['completion', 'tools'] },
    { name: 'llama3.2:3b', capabilities: ['completion', 'tools'] },
  ]);
  expect(await findOllama({ host, signal })).toEqual({ url: `http://${host}`, model: 'qwen3:8b' });
  expect(await findOllama({ host: `http://${host}/`, signal })).toMatchObject({ url: `http://${host}` });
  const everywhere = host.replace('127.0.0.1', '0.0.0.0');
  expect(await findOllama({ host: everywhere, signal })).toMatchObject({ url: `http://${host}` });
});

test('an Ollama without such a model is told apart from none', async () => {
  const host = await startOllama([{ name: 'embed:latest', capabilities: ['embedding'] }]);
  expect(await findOllama({ host, signal })).toEqual({ url: `http://${host}`, model: undefined });
  expect(await findOllama({ host: '127.0.0.1:9', signal })).toBeUndefined();
});

test('somebody else at that address is no Ollama', async () => {
  const server = createServer((_, response) => response.end('<html></html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  expect(await findOllama({ host: `127.0.0.1:${port}`, signal })).toBeUndefined();
});

test('an abort is an abort, not "nobody there"', async () => {
  const stopped = AbortSignal.abort(new Error('enough'));
  await expect(findOllama({ host: '127.0.0.1:9', signal: stopped })).rejects.toThrow('enough');
});
