import { call } from '@tako/core';
import { fakeClock } from '@tako/testing';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { inCall, started } from './started.js';
import { send, textResult } from './ws-server.js';

test('answers with ids that repeat, that nobody asked for, or that are none are told of and skipped', async () => {
  const warnings: string[] = [];
  const { server, client } = await started(
    {
      behaviour: inCall(({ id }, socket) => {
        for (const wrong of [4_711, 'nobody', null, true, {}, [id], 0.5]) {
          send(socket, { id: wrong, result: textResult('wrong') });
        }
        send(socket, { id, result: textResult('right') });
        return send(socket, { id, result: textResult('again') });
      }),
    },
    { onWarning: (message) => warnings.push(message) },
  );
  const tools = await client.tools(call());
  for (let round = 0; round < 2; round++) expect(outputText(await runTool(tools, 'echo'))).toBe('right');
  for (const part of ['4711', 'nobody', 'again']) expect(warnings.join('\n')).toContain(part);
  expect(server.handshakes).toHaveLength(1);
});

test('an answer that comes after the call was cancelled is told of and dropped, and the next call works', async () => {
  const warnings: string[] = [];
  const waiting: unknown[] = [];
  const { server, client } = await started(
    {
      behaviour: inCall(({ id }, socket) => {
        for (const late of waiting) send(socket, { id: late, result: textResult('late') });
        return waiting.push(id) === 1 || send(socket, { id, result: textResult('next') });
      }),
    },
    { onWarning: (message) => warnings.push(message) },
  );
  const tools = await client.tools(call());
  const aborting = new AbortController();
  const working = runTool(tools, 'echo', {}, call({ signal: aborting.signal }));
  working.catch(() => undefined);
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  aborting.abort();
  await expect(working).rejects.toMatchObject({ code: 'cancelled' });
  expect(outputText(await runTool(tools, 'echo'))).toBe('next');
  expect(warnings.join('\n')).toContain('late');
  expect(server.handshakes).toHaveLength(1);
});

test('a server that never answers initialize is a timeout, and its socket is closed', async () => {
  const clock = fakeClock();
  const { server, client } = await started(
    { behaviour: ({ method }) => method === 'initialize' },
    { clock, connectTimeoutMs: 5_000, protocolVersion: '2025-11-25' },
  );
  const listing = client.tools(call());
  listing.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('initialize'));
  await clock.advance(5_000);
  await expect(listing).rejects.toMatchObject({ code: 'timeout' });
  await vi.waitFor(() => expect(server.sockets).toBe(0));
});
