import { call } from '@tako/core';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { fixture } from './stdio-server.js';

vi.setConfig({ testTimeout: 60_000 }); // processes start slowly on a busy machine

test('bytes in an answer that are no UTF-8 become U+FFFD, and cost nothing else', async () => {
  const { server } = fixture('garbles-result');
  const tools = await server.tools(call());
  for (let round = 0; round < 2; round++) expect(outputText(await runTool(tools, 'work'))).toBe('a\ufffd\ufffd');
});

test('answers with ids that repeat, that nobody asked for, or that are none are told of and skipped', async () => {
  const warnings: string[] = [];
  const { server } = fixture('answers-for-nobody', { onWarning: (message) => warnings.push(message) });
  const tools = await server.tools(call());
  for (let round = 0; round < 2; round++) expect(outputText(await runTool(tools, 'work'))).toBe('right');
  for (const part of ['4711', 'nobody', 'again']) expect(warnings.join('\n')).toContain(part);
});

test('an answer that comes after the call was cancelled is told of and dropped, and the next call works', async () => {
  const warnings: string[] = [];
  const { server, lines } = fixture('answers-late', { onWarning: (message) => warnings.push(message) });
  const tools = await server.tools(call());
  const aborting = new AbortController();
  const working = runTool(tools, 'about', {}, call({ signal: aborting.signal }));
  working.catch(() => undefined);
  await vi.waitFor(() => expect(lines).toContain('received tools/call'));
  aborting.abort();
  await expect(working).rejects.toMatchObject({ code: 'cancelled' });
  expect(outputText(await runTool(tools, 'work'))).toBe('next');
  expect(warnings.join('\n')).toContain('late');
  expect(lines.filter((line) => line === 'received initialize')).toHaveLength(1);
});
