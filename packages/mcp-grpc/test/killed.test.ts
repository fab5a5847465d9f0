import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { call } from '@tako/core';
import { freePort } from '@tako/testing/loopback';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, onTestFinished, test, vi } from 'vitest';

import { McpGrpc } from '../src/index.js';

const program = fileURLToPath(new URL('fixtures/suite-server.ts', import.meta.url));

async function serve(port: number): Promise<ChildProcess> {
  const child = fork(program, [String(port)]);
  await once(child, 'message'); // it is ready
  return child;
}

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

test('killed in mid-call a hundred times in a row: an error each time within 100 ms, and nothing is left', async () => {
  const port = await freePort();
  const before = sockets();
  let child = await serve(port);
  onTestFinished(() => void child.kill('SIGKILL'));
  const source = new McpGrpc({
    url: `http://127.0.0.1:${port}`,
    service: 'tako.mcp.v1',
    name: 'suite',
    reconnectDelayMs: 20,
  });
  onTestFinished(() => source.close());
  const tools = await source.tools(call());
  const tookMs: number[] = [];
  for (let round = 0; round < 100; round++) {
    expect(outputText(await runTool(tools, 'echo', { text: `round ${round}` }))).toBe(`round ${round}`);
    const died = once(child, 'exit').then(() => performance.now());
    await expect(runTool(tools, 'crash')).rejects.toMatchObject({ code: 'transport', retryable: true });
    const heardMs = performance.now();
    tookMs.push(heardMs - (await died));
    child = await serve(port);
  }
  expect(Math.max(...tookMs)).toBeLessThan(100);
  expect(await source.tools(call())).toHaveLength(tools.length);

  await source.close();
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  await vi.waitFor(() => expect(sockets()).toBe(before), { timeout: 10_000 });
}, 180_000);
