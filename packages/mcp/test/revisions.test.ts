import { call } from '@tako/core';
import { expect, test, vi } from 'vitest';

import { McpSession } from '../src/index.js';
import { callTool } from './call-tool.js';
import { RpcError, ScriptedServer } from './scripted-server.js';

/** What a server of revision 2026-07-28 answers. https://modelcontextprotocol.io/specification/2026-07-28 (read 2026-11-23) */
const modern = {
  'server/discover': () => ({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    ttlMs: 0,
    cacheScope: 'private',
  }),
  'tools/list': () => ({
    resultType: 'complete',
    tools: [{ name: 'a', inputSchema: { type: 'object' } }],
    ttlMs: 0,
    cacheScope: 'private',
  }),
  'tools/call': () => ({ resultType: 'complete', content: [{ type: 'text', text: 'new' }] }),
  initialize: () => new RpcError(-32_022, 'too old'),
};

test('a server of 2026-07-28 is spoken to in that revision, without initialize', async () => {
  const server = new ScriptedServer(modern);
  const session = new McpSession(server.options);
  const [tool] = await session.tools(call());
  expect((await callTool(tool)).content).toEqual([{ type: 'text', text: 'new' }]);
  expect(server.methods).toEqual(['server/discover', 'tools/list', 'tools/call']);
  expect(server.received.at(-1)?.params).toMatchObject({
    _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
  });
  await session.close();
});

test('2026-07-28 alone, from a server that does not know it, is not supported', async () => {
  const session = new McpSession({ ...new ScriptedServer({}).options, protocolVersion: '2026-07-28' });
  await expect(session.tools(call())).rejects.toMatchObject({ code: 'unsupported' });
});

test('2025-11-25 asks for nothing else first', async () => {
  const server = new ScriptedServer({ 'tools/list': () => ({ tools: [] }) });
  await new McpSession({ ...server.options, protocolVersion: '2025-11-25' }).tools(call());
  expect(server.methods).toEqual(['initialize', 'notifications/initialized', 'tools/list']);
});

test('a server that breaks the connection when it is asked gets another that begins with initialize', async () => {
  const server = new ScriptedServer({
    'server/discover': () => {
      server.die();
      return undefined;
    },
    'tools/list': () => ({ tools: [] }),
  });
  expect(await new McpSession(server.options).tools(call())).toEqual([]);
  expect(server.connections).toBe(2);
});

test('in 2026-07-28 changes of the list are asked for, and told of', async () => {
  const about = { 'io.modelcontextprotocol/subscriptionId': 'listen:0' };
  let listings = 0;
  const server = new ScriptedServer({
    ...modern,
    'server/discover': () => ({ ...modern['server/discover'](), capabilities: { tools: { listChanged: true } } }),
    'subscriptions/listen': () => {
      const params = { _meta: about, notifications: { toolsListChanged: true } };
      server.send({ method: 'notifications/subscriptions/acknowledged', params });
      return undefined; // it stays open
    },
    'tools/list': () => {
      listings++;
      return modern['tools/list']();
    },
  });
  const session = new McpSession(server.options);
  await session.tools(call());
  await session.tools(call());
  expect(listings).toBe(1);
  server.send({ method: 'notifications/tools/list_changed', params: { _meta: about } });
  await vi.waitFor(async () => {
    await session.tools(call());
    expect(listings).toBe(2);
  });
  await session.close();
});

test('a server that wants input in the middle of a call is told of as one that wants what we do not have', async () => {
  const server = new ScriptedServer({
    ...modern,
    'tools/call': () => ({
      resultType: 'input_required',
      inputRequests: {
        name: { method: 'elicitation/create', params: { message: 'Who?', requestedSchema: { type: 'object' } } },
      },
    }),
  });
  const session = new McpSession(server.options);
  const [tool] = await session.tools(call());
  await expect(callTool(tool)).rejects.toMatchObject({ code: 'unsupported' });
  await session.close();
});
