import { fileURLToPath } from 'node:url';

import { call } from '@tako/core';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, onTestFinished, test, vi } from 'vitest';

import { McpStdio } from '../src/index.js';
import { children } from './processes.js';

test('killed in mid-call a hundred times in a row: an error each time within 100 ms, and nothing is left', async () => {
  const before = new Set(children());
  const exitListeners = process.listenerCount('exit');
  const source = new McpStdio({
    name: 'suite',
    command: process.execPath,
    args: [fileURLToPath(new URL('fixtures/suite-server.ts', import.meta.url))],
  });
  onTestFinished(() => source.close());
  const tools = await source.tools(call());
  const tookMs: number[] = [];
  for (let round = 0; round < 100; round++) {
    expect(outputText(await runTool(tools, 'echo', { text: `round ${round}` }))).toBe(`round ${round}`);
    const startMs = performance.now();
    await expect(runTool(tools, 'crash')).rejects.toMatchObject({ code: 'transport', details: { signal: 'SIGKILL' } });
    tookMs.push(performance.now() - startMs);
  }
  expect(Math.max(...tookMs)).toBeLessThan(100);
  expect(await source.tools(call())).toHaveLength(tools.length);

  await source.close();
  await vi.waitFor(() => expect(children().filter((pid) => !before.has(pid))).toEqual([]));
  expect(process.listenerCount('exit')).toBe(exitListeners);
}, 120_000);
