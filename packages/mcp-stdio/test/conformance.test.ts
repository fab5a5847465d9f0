import { fileURLToPath } from 'node:url';

import { toolSourceConformance } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { McpStdio } from '../src/index.js';

vi.setConfig({ testTimeout: 60_000 }); // processes start slowly on a busy machine

const token = 'hunter2-of-the-suite';

function start() {
  const source = new McpStdio({
    name: 'suite',
    command: process.execPath,
    args: [fileURLToPath(new URL('fixtures/suite-server.ts', import.meta.url))],
    env: { TOKEN: token },
  });
  return { source, secrets: [token], close: () => source.close() };
}

test.each(toolSourceConformance({ name: 'mcp-stdio', start }))('$name', async ({ run }) => {
  await expect(run()).resolves.toBeUndefined();
});
