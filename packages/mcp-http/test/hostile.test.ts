import type { ServerResponse } from 'node:http';

import { call } from '@tako/core';
import { fakeClock } from '@tako/testing';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { events, json, textResult, type Rpc } from './http-server.js';
import { inCall, started } from './started.js';

/** How large a result a call asks for. */
function sizeAsked(body: Rpc | undefined): number {
  const given = body?.params?.['arguments'] as { readonly size: number } | undefined; // our own calls
  return given?.size ?? 0;
}

test.each([
  [
    'as JSON',
    (id: unknown, text: string, response: ServerResponse) => json(response, { id, result: textResult(text) }),
  ],
  [
    'as an event that could be had again',
    (id: unknown, text: string, response: ServerResponse) => {
      events(response)({ id, result: textResult(text) }, 'event-1');
      response.end();
      return true as const;
    },
  ],
])('a result of 100 MiB %s ends in an error, is not asked for twice, and the next call works', async (_how, answer) => {
  const { server, client } = await started(
    inCall(({ body }, response) => answer(body?.id, 'x'.repeat(sizeAsked(body)), response)),
    { maxMessageBytes: 1024 * 1024 },
  );
  const tools = await client.tools(call());
  await expect(runTool(tools, 'echo', { size: 100 * 1024 * 1024 })).rejects.toMatchObject({
    code: 'transport',
    message: 'docs: the server sent a message of more than 1048576 bytes (maxMessageBytes)',
  });
  expect(outputText(await runTool(tools, 'echo', { size: 1_000_000 }))).toHaveLength(1_000_000);
  expect(server.methods.filter((method) => method === 'tools/call')).toHaveLength(2);
});

test.each([
  ['text that is no JSON', 'hello', 'application/json'],
  ['JSON that is no JSON-RPC', '{"hello":1}', 'application/json'],
  ['a page', '<html></html>', 'text/html'],
  ['nothing', '', 'application/json'],
])('an answer that is %s rejects its call', async (_name, body, type) => {
  const { client } = await started(
    inCall((_seen, response) => {
      response.writeHead(200, { 'content-type': type }).end(body);
      return true;
    }),
  );
  const tools = await client.tools(call());
  await expect(runTool(tools, 'echo')).rejects.toMatchObject({
    code: expect.stringMatching(/transport|malformed/) as unknown,
  });
});

test('odd events are told of and skipped: no JSON, no UTF-8, foreign and repeated ids', async () => {
  const warnings: string[] = [];
  const { client } = await started(
    inCall(({ body }, response) => {
      const send = events(response);
      response.write('data: hello\n\n');
      response.write(Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xfe, 0x0a, 0x0a]));
      send({ id: 4_711, result: textResult('wrong') });
      send({ id: body?.id, result: textResult('right') });
      send({ id: body?.id, result: textResult('late') });
      response.end();
      return true;
    }),
    { onWarning: (message) => warnings.push(message) },
  );
  const tools = await client.tools(call());
  expect(outputText(await runTool(tools, 'echo'))).toBe('right');
  expect(outputText(await runTool(tools, 'echo'))).toBe('right');
  expect(warnings.length).toBeGreaterThan(3);
});

test('bytes in an answer that are no UTF-8 become U+FFFD, and cost nothing else', async () => {
  const { client } = await started(
    inCall(({ body }, response) => {
      const text = JSON.stringify({ jsonrpc: '2.0', id: body?.id, result: textResult('|') });
      const [before = '', after = ''] = text.split('|');
      response.writeHead(200, { 'content-type': 'application/json' }).write(before);
      response.write(Buffer.from([0x61, 0xe2, 0x82, 0xff])); // half a character, and a byte that begins none
      response.end(after);
      return true;
    }),
  );
  const tools = await client.tools(call());
  for (let round = 0; round < 2; round++) expect(outputText(await runTool(tools, 'echo'))).toBe('a\ufffd\ufffd');
});

test('answers with ids that nobody asked for, or that are none, are told of and skipped', async () => {
  const warnings: string[] = [];
  const { client } = await started(
    inCall(({ body }, response) => {
      const send = events(response);
      for (const wrong of [4_711, 'nobody', null, true, {}, [body?.id], 0.5]) {
        send({ id: wrong, result: textResult('wrong') });
      }
      send({ id: body?.id, result: textResult('right') });
      response.end();
      return true;
    }),
    { onWarning: (message) => warnings.push(message) },
  );
  const tools = await client.tools(call());
  for (let round = 0; round < 2; round++) expect(outputText(await runTool(tools, 'echo'))).toBe('right');
  for (const part of ['4711', 'nobody']) expect(warnings.join('\n')).toContain(part);
});

test('an answer after the cancel, over the stream of another call, is told of and dropped; the session goes on', async () => {
  const warnings: string[] = [];
  const waiting: unknown[] = [];
  const { server, client } = await started(
    inCall(({ body }, response) => {
      const send = events(response);
      for (const late of waiting) send({ id: late, result: textResult('late') });
      if (waiting.push(body?.id) === 1) return true;
      send({ id: body?.id, result: textResult('next') });
      response.end();
      return true;
    }),
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
  expect(server.methods.filter((method) => method === 'initialize')).toHaveLength(1);
});

test('a server that never answers initialize is a timeout, and nothing is left', async () => {
  const clock = fakeClock();
  const { server, client } = await started(() => true, {
    clock,
    connectTimeoutMs: 5_000,
    protocolVersion: '2025-11-25',
  });
  const listing = client.tools(call());
  listing.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('initialize'));
  await clock.advance(5_000);
  await expect(listing).rejects.toMatchObject({ code: 'timeout' });
  await vi.waitFor(() => expect(server.sockets).toBe(0));
  expect(clock.timers).toBe(0);
});
