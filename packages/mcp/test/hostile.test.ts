import { call } from '@tako/core';
import { expect, test, vi } from 'vitest';

import { McpSession, type McpSessionOptions } from '../src/index.js';
import { callTool } from './call-tool.js';
import { ScriptedServer, type Method } from './scripted-server.js';

const list = (tools: readonly unknown[]) => ({ 'tools/list': () => ({ tools }) });

function session(methods: { readonly [method: string]: Method }, options: Partial<McpSessionOptions> = {}) {
  const server = new ScriptedServer(methods);
  return { server, session: new McpSession({ ...server.options, ...options }) };
}

test('only tools that are allowed and not denied are offered, by their names at the server', async () => {
  const names = ['files.read', 'files.write', 'files.delete', 'exec'];
  const { session: scripted } = session(list(names.map((name) => ({ name }))), {
    prefix: 'f_',
    allowTools: ['files.read', 'files.write', 'files.delete', 'no such tool'],
    denyTools: ['files.delete'],
  });
  expect((await scripted.tools(call())).map(({ name }) => name)).toEqual(['f_files_read', 'f_files_write']);
});

test('a tool that is denied collides with no other', async () => {
  const { session: scripted } = session(list([{ name: 'a.b' }, { name: 'a_b' }]), { denyTools: ['a.b'] });
  expect(await scripted.tools(call())).toHaveLength(1);
});

test('ten thousand tools are taken, one more is refused', async () => {
  const tools = Array.from({ length: 10_000 }, (_, at) => ({ name: `tool_${at}`, inputSchema: { type: 'object' } }));
  const { session: most } = session(list(tools));
  expect(await most.tools(call())).toHaveLength(10_000);
  const { session: more } = session(list([...tools, { name: 'one_more' }]));
  await expect(more.tools(call())).rejects.toMatchObject({
    code: 'malformed_response',
    message: "scripted: the server's list of tools has more than 10000 entries",
  });
});

test('names with dots, spaces and two hundred characters become legal, and are called by what they are', async () => {
  const names = ['a.b c', 'x'.repeat(200), `${'x'.repeat(199)}y`, '日本語', '../../etc', '__proto__'];
  const called: unknown[] = [];
  const { session: scripted } = session({
    ...list(names.map((name) => ({ name }))),
    'tools/call': ({ name }) => {
      called.push(name);
      return { content: [] };
    },
  });
  const tools = await scripted.tools(call());
  for (const { name } of tools) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  for (const tool of tools) await callTool(tool);
  expect(called).toEqual(names);
});

test('a schema with a cycle of references is handed on as it is', async () => {
  const inputSchema = {
    type: 'object',
    $ref: '#/$defs/a',
    $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
  };
  const { session: scripted } = session(list([{ name: 'a', inputSchema }]));
  expect((await scripted.tools(call()))[0]?.inputSchema).toEqual(inputSchema);
});

test('a schema that is nested beyond measure costs its own tool, and no other', async () => {
  const warnings: string[] = [];
  const deep: unknown = JSON.parse(`${'{"not":'.repeat(5_000)}{}${'}'.repeat(5_000)}`);
  const { session: scripted } = session(list([{ name: 'deep', inputSchema: deep }, { name: 'fine' }]), {
    onWarning: (message) => warnings.push(message),
  });
  expect((await scripted.tools(call())).map(({ name }) => name)).toEqual(['fine']);
  expect(warnings).toEqual(['scripted: the schema of the tool "deep" is nested too deep; it is left out']);
});

test('what is nested beyond measure in a result is left out, and nothing else', async () => {
  const deep: unknown = JSON.parse(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`);
  const note = { type: 'text', text: '(left out: it is nested too deep)' };
  const fine = { type: 'text', text: 'fine' };
  const results: object[] = [{ content: [{ type: 'new', deep }, fine] }, { structuredContent: { deep } }];
  const { session: scripted } = session({ ...list([{ name: 'a' }]), 'tools/call': () => results.shift() });
  const [tool] = await scripted.tools(call());
  expect(await callTool(tool)).toMatchObject({ content: [note, fine], isError: false });
  expect(await callTool(tool)).toMatchObject({ content: [note], isError: false });
});

test('a result over the limit is an error that a model can read, and nothing else is lost', async () => {
  const { session: scripted } = session(
    {
      ...list([{ name: 'a' }]),
      'tools/call': ({ arguments: given }) => {
        const { times, letter } = given as { readonly times: number; readonly letter: string };
        return { content: [{ type: 'text', text: letter.repeat(times) }] };
      },
    },
    { maxResultBytes: 1_000 },
  );
  const [tool] = await scripted.tools(call());
  await expect(callTool(tool, { times: 1_001, letter: 'x' })).rejects.toMatchObject({
    code: 'tool',
    message: 'scripted: the result of "a" has 1001 bytes, more than the 1000 that are taken; ask for less',
  });
  for (const [letter, times] of [
    ['ä', 501],
    ['€', 334],
    ['🐙', 251],
  ] as const) {
    await expect(callTool(tool, { times, letter })).rejects.toMatchObject({ code: 'tool' });
    expect(await callTool(tool, { times: times - 1, letter })).toMatchObject({ isError: false });
  }
});

test('an answer after the call was cancelled disturbs nobody', async () => {
  const warnings: string[] = [];
  const { server, session: scripted } = session(
    { ...list([{ name: 'a' }]), 'tools/call': ({ arguments: given }) => (given === undefined ? {} : undefined) },
    { onWarning: (message) => warnings.push(message) },
  );
  const [tool] = await scripted.tools(call());
  const stop = new AbortController();
  const working = callTool(tool, {}, call({ signal: stop.signal }));
  working.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('tools/call'));
  const id = server.received.find(({ method }) => method === 'tools/call')?.id;
  stop.abort();
  await expect(working).rejects.toMatchObject({ code: 'cancelled' });
  server.send({ id, result: { content: [{ type: 'text', text: 'late' }] } });
  expect(await scripted.tools(call())).toHaveLength(1);
  expect(warnings.join()).toContain('unknown message ID');
});

test.each([null, 7, 'text', [], {}, { jsonrpc: '1.0' }, { id: {} }, { method: 7 }, { id: 1, error: 'none' }])(
  'a message that is none (%j) disturbs nobody',
  async (message) => {
    const { server, session: scripted } = session({ ...list([{ name: 'a' }]), 'tools/call': () => ({ content: [] }) });
    const [tool] = await scripted.tools(call());
    if (typeof message === 'object' && message !== null) server.send(message);
    expect(await callTool(tool)).toMatchObject({ isError: false });
  },
);
