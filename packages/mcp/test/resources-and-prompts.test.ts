import { call } from '@tako/core';
import { expect, test } from 'vitest';

import { McpSession } from '../src/index.js';
import { initialized, RpcError, ScriptedServer, type Method } from './scripted-server.js';

function session(
  methods: { readonly [method: string]: Method },
  capabilities: object = { resources: {}, prompts: {} },
) {
  const server = new ScriptedServer({ initialize: () => ({ ...initialized, capabilities }), ...methods });
  return { server, session: new McpSession(server.options) };
}

test('resources and templates are listed, every page of them; odd entries are left out', async () => {
  const { session: scripted } = session({
    'resources/list': ({ cursor }) =>
      cursor === undefined
        ? { resources: [{ uri: 'memo://1', name: 'one', size: 7, mimeType: 'text/plain' }, null], nextCursor: 'p2' }
        : { resources: [{ uri: 'memo://2', title: 'Two', description: 'the second', size: 'big' }, { name: 'none' }] },
    'resources/templates/list': () => ({ resourceTemplates: [{ uriTemplate: 'memo://{id}', name: 'memo' }, 7] }),
  });
  expect(await scripted.resources.list(call())).toEqual([
    { uri: 'memo://1', name: 'one', mimeType: 'text/plain', sizeBytes: 7 },
    { uri: 'memo://2', name: 'memo://2', title: 'Two', description: 'the second' },
  ]);
  expect(await scripted.resources.templates(call())).toEqual([{ uriTemplate: 'memo://{id}', name: 'memo' }]);
});

test('a resource is read in parts', async () => {
  const { server, session: scripted } = session({
    'resources/read': ({ uri }) => ({
      contents: [{ uri, text: 'hello' }, { uri, mimeType: 'image/png', blob: 'AAAA' }, { uri }, null],
    }),
  });
  expect(await scripted.resources.read('memo://1', call())).toEqual([
    { type: 'text', text: '[memo://1]\nhello' },
    { type: 'image', mimeType: 'image/png', data: 'AAAA' },
  ]);
  expect(server.received.at(-1)?.params).toEqual({ uri: 'memo://1' });
});

test('prompts are listed, and filled in as messages', async () => {
  const { server, session: scripted } = session({
    'prompts/list': () => ({
      prompts: [{ name: 'greet', arguments: [{ name: 'who', required: true }, {}] }, { title: 'no name' }],
    }),
    'prompts/get': () => ({
      messages: [
        { role: 'user', content: { type: 'text', text: 'Greet Ada' } },
        { role: 'assistant', content: { type: 'text', text: 'Hello' } },
        { role: 'user', content: { type: 'resource', resource: { uri: 'memo://1', text: 'hi' } } },
        'odd',
      ],
    }),
  });
  expect(await scripted.prompts.list(call())).toEqual([
    { name: 'greet', arguments: [{ name: 'who', required: true }] },
  ]);
  expect(await scripted.prompts.get('greet', { who: 'Ada' }, call())).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'Greet Ada' }] },
    { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
    { role: 'user', content: [{ type: 'text', text: '[memo://1]\nhi' }] },
    { role: 'user', content: [{ type: 'text', text: '"odd"' }] },
  ]);
  expect(server.received.at(-1)?.params).toEqual({ name: 'greet', arguments: { who: 'Ada' } });
});

test('a server that offers neither is not asked', async () => {
  const { server, session: scripted } = session({}, { tools: {} });
  expect(await scripted.resources.list(call())).toEqual([]);
  expect(await scripted.resources.templates(call())).toEqual([]);
  expect(await scripted.prompts.list(call())).toEqual([]);
  expect(server.methods).toEqual(['server/discover', 'initialize', 'notifications/initialized']);
});

test('what is not there is not found, and what cannot be read is malformed', async () => {
  const { session: scripted } = session({
    'resources/read': ({ uri }) => (uri === 'memo://odd' ? {} : new RpcError(-32_002, 'Resource not found')),
    'prompts/get': ({ name }) => (name === 'odd' ? { messages: 'none' } : new RpcError(-32_602, 'no such prompt')),
  });
  await expect(scripted.resources.read('memo://x', call())).rejects.toMatchObject({ code: 'not_found' });
  await expect(scripted.prompts.get('x', {}, call())).rejects.toMatchObject({ code: 'not_found' });
  await expect(scripted.resources.read('memo://odd', call())).rejects.toMatchObject({ code: 'malformed_response' });
  await expect(scripted.prompts.get('odd', {}, call())).rejects.toMatchObject({ code: 'malformed_response' });
});

test('an abort is `cancelled`', async () => {
  const { session: scripted } = session({ 'resources/list': () => undefined });
  const signal = AbortSignal.abort('no');
  await expect(scripted.resources.list(call({ signal }))).rejects.toMatchObject({ code: 'cancelled', cause: 'no' });
});
