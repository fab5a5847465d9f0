import { call } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { expect, test, vi } from 'vitest';

import { McpSession, type McpSessionOptions } from '../src/index.js';
import { callTool } from './call-tool.js';
import { initialized, RpcError, ScriptedServer, type Method } from './scripted-server.js';

const named = (...names: readonly string[]) => ({
  tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })),
});

function session(methods: { readonly [method: string]: Method }, options: Partial<McpSessionOptions> = {}) {
  const server = new ScriptedServer(methods);
  return { server, session: new McpSession({ ...server.options, ...options }) };
}

test('nothing is connected before the tools are asked for', async () => {
  const { server, session: scripted } = session({});
  expect(server.connections).toBe(0);
  await scripted.close();
  expect(server.connections).toBe(0);
});

test('follows every page, and tells no capability that nobody serves', async () => {
  const { server, session: scripted } = session({
    'tools/list': ({ cursor }) => (cursor === undefined ? { ...named('a'), nextCursor: 'p2' } : named('b')),
  });
  expect((await scripted.tools(call())).map(({ name }) => name)).toEqual(['a', 'b']);
  expect(server.received.filter(({ method }) => method === 'tools/list').map(({ params }) => params)).toEqual([
    {},
    { cursor: 'p2' },
  ]);
  expect(server.received.find(({ method }) => method === 'initialize')?.params?.['capabilities']).toEqual({});
});

test.each([null, ''])('a cursor that is %j means the end', async (nextCursor) => {
  const { session: scripted } = session({ 'tools/list': () => ({ ...named('a'), nextCursor }) });
  expect(await scripted.tools(call())).toHaveLength(1);
});

test.each([
  ['the same', (cursor: unknown) => cursor ?? 'a'],
  ['an earlier one', (cursor: unknown) => (cursor === 'a' ? 'b' : 'a')],
])('a cursor that comes back to %s ends in an error', async (_name, next) => {
  const { server, session: scripted } = session({
    'tools/list': ({ cursor }) => ({ tools: [], nextCursor: next(cursor) }),
  });
  await expect(scripted.tools(call())).rejects.toMatchObject({ code: 'malformed_response' });
  expect(server.methods.filter((method) => method === 'tools/list').length).toBeLessThan(5);
});

test('a list without end ends in an error', async () => {
  let pages = 0;
  const { session: scripted } = session({ 'tools/list': () => ({ tools: [], nextCursor: `${pages++}` }) });
  await expect(scripted.tools(call())).rejects.toMatchObject({
    message: expect.stringContaining('more than 1000 pages') as unknown,
  });
});

test('a server that has no tools is not asked for them', async () => {
  const { server, session: scripted } = session({ initialize: () => ({ ...initialized, capabilities: {} }) });
  expect(await scripted.tools(call())).toEqual([]);
  expect(server.methods).not.toContain('tools/list');
});

test('odd entries of the list cost nothing but themselves', async () => {
  const warnings: string[] = [];
  const { session: scripted } = session(
    {
      'tools/list': () => ({
        tools: [
          null,
          { description: 'no name' },
          { name: 'bare' },
          { name: 'wrong', inputSchema: 'x', description: 7, annotations: { readOnlyHint: 'yes', title: 'Wrong' } },
          { name: 'whole', inputSchema: { $schema: 'http://json-schema.org/draft-07/schema#', properties: { a: {} } } },
        ],
      }),
    },
    { onWarning: (message) => warnings.push(message) },
  );
  expect(
    (await scripted.tools(call())).map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  ).toEqual([
    { name: 'bare', description: undefined, inputSchema: { type: 'object' } },
    { name: 'wrong', description: 'Wrong', inputSchema: { type: 'object' } },
    {
      name: 'whole',
      description: undefined,
      inputSchema: { $schema: 'http://json-schema.org/draft-07/schema#', properties: { a: {} }, type: 'object' },
    },
  ]);
  expect(warnings).toEqual(['scripted: 2 of the tools have no name, and are left out']);
});

test.each([{}, { tools: 'none' }, { tools: null }])('a list that is none (%j) cannot be read', async (result) => {
  const { session: scripted } = session({ 'tools/list': () => result });
  await expect(scripted.tools(call())).rejects.toMatchObject({ code: 'malformed_response' });
});

test('a tool is called by its own name, whatever the model sees', async () => {
  const { server, session: scripted } = session(
    { 'tools/list': () => named('files.read all'), 'tools/call': () => ({ content: [{ type: 'text', text: 'ok' }] }) },
    { name: 'my files', prefix: true },
  );
  const [tool] = await scripted.tools(call());
  expect(tool?.name).toBe('my_files__files_read_all');
  await callTool(tool, { path: 'x' });
  expect(server.received.at(-1)?.params).toEqual({ name: 'files.read all', arguments: { path: 'x' } });
});

test('the orchestrator waits as long as we do, where a limit was asked for', async () => {
  const list = { 'tools/list': () => named('a') };
  expect((await session(list, { callTimeoutMs: 300_000 }).session.tools(call()))[0]?.timeoutMs).toBe(300_000);
  expect((await session(list).session.tools(call()))[0]?.timeoutMs).toBeUndefined();
});

test("the server's own error is one that a model can read", async () => {
  const { session: scripted } = session({
    'tools/list': () => named('a'),
    'tools/call': () => new RpcError(-32_602, `path: ${'x'.repeat(5_000)}`),
  });
  const [tool] = await scripted.tools(call());
  const error: unknown = await callTool(tool).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'tool', details: { rpcCode: -32_602 }, retryable: false });
  expect(String(error)).toContain('the server answered the call of "a" with an error: path: xxx');
  expect(String(error).length).toBeLessThan(2_200);
});

test('a server that refuses the handshake or the list is a provider error', async () => {
  const refuse = () => new RpcError(-32_603, 'no licence');
  await expect(session({ initialize: refuse }).session.tools(call())).rejects.toMatchObject({ code: 'provider' });
  await expect(session({ 'tools/list': refuse }).session.tools(call())).rejects.toMatchObject({
    code: 'provider',
    message: 'scripted: the server answered its list of tools with an error: no licence',
  });
});

test('a revision that nobody knows is not supported', async () => {
  const { session: scripted } = session({ initialize: () => ({ ...initialized, protocolVersion: '1999-01-01' }) });
  await expect(scripted.tools(call())).rejects.toMatchObject({ code: 'unsupported' });
});

test('a connection that broke rejects what waits, and the next call connects again without asking for the revision', async () => {
  let isAsked = false;
  const { server, session: scripted } = session({
    'tools/list': () => named('a'),
    'tools/call': () => {
      if (isAsked) return { content: [] };
      isAsked = true;
      return undefined;
    },
  });
  const [tool] = await scripted.tools(call());
  const working = callTool(tool);
  await vi.waitFor(() => expect(isAsked).toBe(true));
  server.die();

  await expect(working).rejects.toMatchObject({ code: 'transport', message: 'scripted: the server went away' });
  await vi.waitFor(() => expect(server.open).toBe(0));
  await callTool(tool);
  expect(server.connections).toBe(2);
  expect(server.methods.filter((method) => method === 'server/discover')).toHaveLength(1);
});

test('a connection that breaks before the list is there is no empty list', async () => {
  const { server, session: scripted } = session({
    'tools/list': () => {
      server.die();
      return undefined;
    },
  });
  await expect(scripted.tools(call())).rejects.toMatchObject({
    code: 'transport',
    message: 'scripted: the server went away',
  });
});

test('a list that changes while it is read is read again', async () => {
  let listings = 0;
  const { server, session: scripted } = session({
    'tools/list': () => {
      listings++;
      if (listings === 1) server.send({ method: 'notifications/tools/list_changed' });
      return named(`v${listings}`);
    },
  });
  await scripted.tools(call());
  expect((await scripted.tools(call()))[0]?.name).toBe('v2');
  expect((await scripted.tools(call()))[0]?.name).toBe('v2');
});

test('a failed list is asked for again', async () => {
  let listings = 0;
  const { session: scripted } = session({
    'tools/list': () => (listings++ === 0 ? new RpcError(-1, 'busy') : named('a')),
  });
  await expect(scripted.tools(call())).rejects.toMatchObject({ code: 'provider' });
  expect(await scripted.tools(call())).toHaveLength(1);
});

test('each of those who wait for the same failure gets an error of its own', async () => {
  const { session: scripted } = session({ 'tools/list': () => new RpcError(-1, 'busy') });
  const [first, second] = await Promise.all([1, 2].map(() => scripted.tools(call()).catch((error: unknown) => error)));
  expect(first).toMatchObject({ code: 'provider' });
  expect(second).toEqual(first);
  expect(second).not.toBe(first);
});

test('a list that does not come is a timeout', async () => {
  const clock = fakeClock();
  const { server, session: scripted } = session({ 'tools/list': () => undefined }, { clock, connectTimeoutMs: 1_000 });
  const listing = scripted.tools(call());
  listing.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('tools/list'));
  await clock.advance(1_000);
  await expect(listing).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('connectTimeoutMs') as unknown,
  });
  expect(clock.timers).toBe(0);
});

test('what the server is told of a cancelled call holds nothing of the reason', async () => {
  const { server, session: scripted } = session({ 'tools/list': () => named('a'), 'tools/call': () => undefined });
  const [tool] = await scripted.tools(call());
  const aborted = trackedSignal();
  const working = callTool(tool, {}, call({ signal: aborted.signal }));
  working.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('tools/call'));
  aborted.abort(new Error('the user pressed stop'));

  await expect(working).rejects.toMatchObject({ code: 'cancelled' });
  const id = server.received.find(({ method }) => method === 'tools/call')?.id;
  expect(server.received.at(-1)).toMatchObject({
    method: 'notifications/cancelled',
    params: { requestId: id, reason: 'cancelled' },
  });
  expect(aborted.listeners).toBe(0);
});

test('a call whose signal has aborted is not sent', async () => {
  const { server, session: scripted } = session({ 'tools/list': () => named('a') });
  const [tool] = await scripted.tools(call());
  await expect(callTool(tool, {}, call({ signal: AbortSignal.abort('no') }))).rejects.toMatchObject({
    code: 'cancelled',
    cause: 'no',
  });
  expect(server.methods).not.toContain('tools/call');
});

test('late, foreign and repeated answers are told of, and disturb nobody', async () => {
  const warnings: string[] = [];
  const { server, session: scripted } = session(
    { 'tools/list': () => named('a'), 'tools/call': () => ({ content: [{ type: 'text', text: 'right' }] }) },
    { onWarning: (message) => warnings.push(message) },
  );
  const [tool] = await scripted.tools(call());
  for (const id of [0, 99, 'x', null]) server.send({ id, result: { content: [{ type: 'text', text: 'wrong' }] } });
  expect((await callTool(tool)).content).toEqual([{ type: 'text', text: 'right' }]);
  expect(warnings.length).toBeGreaterThan(0);
  for (const warning of warnings) expect(warning.length).toBeLessThanOrEqual(400);
});

test('a closed session stays closed', async () => {
  const { server, session: scripted } = session({ 'tools/list': () => named('a') });
  const [tool] = await scripted.tools(call());
  await scripted.close();
  await scripted[Symbol.asyncDispose]();
  expect(server.open).toBe(0);
  await expect(scripted.tools(call())).rejects.toMatchObject({ code: 'transport', retryable: false });
  await expect(callTool(tool)).rejects.toMatchObject({ message: 'scripted: the session is closed' });
  expect(server.connections).toBe(1);
});
