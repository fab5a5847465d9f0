import type { ServerResponse } from 'node:http';

import { call } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { events, json, textResult } from './http-server.js';
import { inCall, started } from './started.js';

test('nothing is sent before the tools are asked for; then session, revision and content types are', async () => {
  const { server, client } = await started();
  expect(server.seen).toEqual([]);
  expect(outputText(await runTool(await client.tools(call()), 'echo', { a: 1 }))).toBe('{"a":1}');
  expect(server.methods).toEqual([
    'server/discover',
    'initialize',
    'notifications/initialized',
    'tools/list',
    'tools/call',
  ]);
  expect(server.seen.at(-1)?.headers).toMatchObject({
    accept: 'application/json, text/event-stream',
    'mcp-session-id': 'session-0',
    'mcp-protocol-version': '2025-11-25',
  });
});

test('close ends the session at the server, once', async () => {
  const { server, client } = await started();
  await client.tools(call());
  await Promise.all([client.close(), client[Symbol.asyncDispose]()]);
  expect(server.seen.filter(({ http }) => http === 'DELETE').map(({ headers }) => headers['mcp-session-id'])).toEqual([
    'session-0',
  ]);
  await expect(client.tools(call())).rejects.toMatchObject({ code: 'transport', retryable: false });
});

test('a server that is slow to end the session holds up close for graceMs at most', async () => {
  const clock = fakeClock();
  const { server, client } = await started(({ http }) => http === 'DELETE', { clock, graceMs: 1_000 });
  await client.tools(call());
  const closing = client.close();
  await vi.waitFor(() => expect(server.seen.at(-1)?.http).toBe('DELETE'));
  await clock.advance(1_000);
  await closing;
  expect(clock.timers).toBe(0);
});

test('an answer may come as a stream, with progress before it', async () => {
  const heard: unknown[] = [];
  const { client } = await started(
    inCall(({ body }, response) => {
      const send = events(response);
      const progressToken = (body?.params?.['_meta'] as { progressToken?: unknown } | undefined)?.progressToken;
      send({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 2, message: 'half' } });
      send({ method: 'notifications/message', params: { level: 'info', data: 'working' } });
      send({ id: body?.id, result: textResult('streamed') });
      response.end();
      return true;
    }),
    { onProgress: (progress) => heard.push(progress), onLog: (log) => heard.push(log) },
  );
  expect(outputText(await runTool(await client.tools(call()), 'echo'))).toBe('streamed');
  expect(heard).toEqual([
    { server: 'docs', tool: 'echo', toolCallId: 'call_1', progress: 1, total: 2, message: 'half' },
    { server: 'docs', level: 'info', logger: undefined, data: 'working' },
  ]);
});

test('a session that the server forgot is begun anew, and the call is sent again', async () => {
  const { server, client } = await started();
  const tools = await client.tools(call());
  server.forget();
  expect(outputText(await runTool(tools, 'echo', { again: true }))).toBe('{"again":true}');
  expect(server.seen.at(-1)?.headers['mcp-session-id']).toBe('session-1');
  expect(server.seen.findLast(({ body }) => body?.method === 'initialize')?.headers).not.toHaveProperty(
    'mcp-session-id',
  );
});

test('a forgotten session that answers 400 with a word about it, as older servers do', async () => {
  let isForgotten = false;
  const { server, client } = await started(({ headers }, response) => {
    if (!isForgotten || headers['mcp-session-id'] !== 'session-0') return false;
    return json(response, { error: { code: -32_000, message: 'Bad Request: No valid session ID provided' } }, {}, 400);
  });
  const tools = await client.tools(call());
  isForgotten = true;
  expect(await runTool(tools, 'echo')).toMatchObject({ isError: false });
  expect(await client.tools(call())).toHaveLength(1);
  expect(server.seen.filter(({ body }) => body?.method === 'initialize')).toHaveLength(2);
});

test('a server that forgets every session at once ends in an error, not in a loop', async () => {
  const { server, client } = await started(
    inCall((_seen, response) => {
      response.writeHead(404).end();
      return true;
    }),
  );
  const tools = await client.tools(call());
  await expect(runTool(tools, 'echo')).rejects.toMatchObject({
    code: 'transport',
    message: 'docs: the server does not know the session any more',
  });
  expect(server.methods.filter((method) => method === 'tools/call')).toHaveLength(2);
});

test('a stream that breaks off is resumed where it stopped, and the answer still comes', async () => {
  const { server, client } = await started(({ http, headers, body }, response) => {
    if (body?.method === 'tools/call') {
      events(response)(undefined, 'event-1');
      setImmediate(() => response.destroy());
      return true;
    }
    if (http !== 'GET' || headers['last-event-id'] === undefined) return false;
    const id = server.seen.find((seen) => seen.body?.method === 'tools/call')?.body?.id;
    events(response)({ id, result: textResult(`after ${String(headers['last-event-id'])}`) }, 'event-2');
    return true;
  });
  expect(outputText(await runTool(await client.tools(call()), 'echo'))).toBe('after event-1');
});

test.each([
  ['in its middle', (response: ServerResponse) => setImmediate(() => response.destroy())],
  ['at its end', (response: ServerResponse) => response.end()],
])('a stream that cannot be resumed and breaks off %s rejects its call at once, and no other', async (_where, end) => {
  let isFirst = true;
  const { client } = await started(
    inCall((_seen, response) => {
      if (!isFirst) return false;
      isFirst = false;
      events(response)({ method: 'notifications/message', params: { level: 'info', data: 1 } });
      end(response);
      return true;
    }),
  );
  const tools = await client.tools(call());
  await expect(runTool(tools, 'echo')).rejects.toMatchObject({
    code: 'transport',
    message: "docs: the server's answer broke off",
  });
  expect(await runTool(tools, 'echo')).toMatchObject({ isError: false });
});

test('a stream that its server ends again and again is opened with pauses that grow', async () => {
  const clock = fakeClock();
  let opened = 0;
  const { client } = await started(
    ({ http }, response) => {
      if (http !== 'GET') return false;
      opened++;
      events(response);
      response.end();
      return true;
    },
    { clock, random: () => 0 },
  );
  await client.tools(call());
  for (let second = 0; second < 60; second++) await clock.advance(1_000);
  expect(opened).toBeGreaterThan(1);
  expect(opened).toBeLessThan(12);
});

test('an aborted call is taken back: the server is told, and its stream is closed', async () => {
  let isClosed = false;
  const { server, client } = await started(
    inCall((_seen, response) => {
      events(response);
      response.on('close', () => (isClosed = true));
      return true;
    }),
  );
  const tools = await client.tools(call());
  const aborted = trackedSignal();
  const working = runTool(tools, 'echo', {}, call({ signal: aborted.signal }));
  working.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('tools/call'));
  aborted.abort('enough');
  await expect(working).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
  await vi.waitFor(() => expect(server.methods).toContain('notifications/cancelled'));
  await vi.waitFor(() => expect(isClosed).toBe(true));
  expect(aborted.listeners).toBe(0);
});

test('requests of the server come over the stream that it may open: ping is answered, the rest declined', async () => {
  let send: ((message: object) => void) | undefined;
  const { server, client } = await started(({ http }, response) => {
    if (http !== 'GET') return false;
    send = events(response);
    return true;
  });
  await client.tools(call());
  await vi.waitFor(() => expect(send).toBeDefined());
  send?.({ id: 'p', method: 'ping' });
  send?.({ id: 's', method: 'sampling/createMessage', params: {} });
  await vi.waitFor(() => {
    const answers = server.seen.map(({ body }) => body).filter((body) => body?.id === 'p' || body?.id === 's');
    expect(answers).toHaveLength(2);
    expect(answers).toContainEqual({ jsonrpc: '2.0', id: 'p', result: {} });
    expect(answers).toContainEqual({
      jsonrpc: '2.0',
      id: 's',
      error: { code: -32_601, message: 'Method not found' },
    });
  });
});

test('a server of 2026-07-28 is spoken to without a session, and gets in headers what it asks for', async () => {
  const complete = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
  const properties = { region: { type: 'string', 'x-mcp-header': 'Region' }, city: { type: 'string' } };
  const { server, client } = await started(({ body }, response) => {
    switch (body?.method) {
      case 'server/discover':
        return json(response, {
          id: body.id,
          result: { ...complete, supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
        });
      case 'tools/list':
        return json(response, {
          id: body.id,
          result: { ...complete, tools: [{ name: 'weather', inputSchema: { type: 'object', properties } }] },
        });
      default:
        return json(response, { id: body?.id, result: { ...complete, ...textResult('warm') } });
    }
  });
  expect(outputText(await runTool(await client.tools(call()), 'weather', { region: 'Süd', city: 'x' }))).toBe('warm');
  expect(server.methods).toEqual(['server/discover', 'tools/list', 'tools/call']);
  expect(server.seen.at(-1)?.headers).toMatchObject({
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': 'weather',
    'mcp-param-region': '=?base64?U8O8ZA==?=',
  });
  expect(server.seen.at(-1)?.headers).not.toHaveProperty('mcp-session-id');
  expect(server.seen.at(-1)?.headers).not.toHaveProperty('mcp-param-city');
});
