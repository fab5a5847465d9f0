import { call, TakoError } from '@tako/core';
import { fakeClock, say, scriptedProvider } from '@tako/testing';
import { expect, test, vi } from 'vitest';

import { McpSession, samplingBy, type McpSessionOptions } from '../src/index.js';
import { callTool } from './call-tool.js';
import { initialized, ScriptedServer, type Method } from './scripted-server.js';

const tools = { 'tools/list': () => ({ tools: [{ name: 'a', inputSchema: { type: 'object' } }] }) };

function session(methods: { readonly [method: string]: Method } = {}, options: Partial<McpSessionOptions> = {}) {
  const server = new ScriptedServer({ ...tools, ...methods });
  return { server, session: new McpSession({ ...server.options, ...options }) };
}

/** What the client answered to a request of the server's. */
const answerTo = (server: ScriptedServer, id: string) => server.received.find((sent) => sent.id === id);

test('progress of a call is told with its tool and call, and asked for only where somebody listens', async () => {
  const heard: unknown[] = [];
  const report =
    (server: ScriptedServer): Method =>
    (params) => {
      const { progressToken } = params['_meta'] as { readonly progressToken: unknown };
      server.send({
        method: 'notifications/progress',
        params: { progressToken, progress: 1, total: 4, message: 'on it' },
      });
      server.send({ method: 'notifications/progress', params: { progressToken: 'of nobody', progress: 9 } });
      return { content: [] };
    };
  const made = session(
    { 'tools/call': (params) => report(made.server)(params) },
    { onProgress: (progress) => heard.push(progress) },
  );
  const [tool] = await made.session.tools(call());
  await callTool(tool);
  expect(heard).toEqual([
    { server: 'scripted', tool: 'a', toolCallId: 'call_1', progress: 1, total: 4, message: 'on it' },
  ]);

  const deaf = session({ 'tools/call': () => ({ content: [] }) });
  await callTool((await deaf.session.tools(call()))[0]);
  expect(deaf.server.received.at(-1)?.params).toEqual({ name: 'a', arguments: {} });
});

test('a call that is silent for too long is a timeout; progress keeps it alive', async () => {
  const clock = fakeClock();
  const { server, session: scripted } = session(
    { 'tools/call': () => undefined },
    { clock, callIdleTimeoutMs: 1_000, callTimeoutMs: 10_000 },
  );
  const [tool] = await scripted.tools(call());
  const working = callTool(tool);
  working.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('tools/call'));
  const asked = server.received.find(({ method }) => method === 'tools/call')?.params?.['_meta'];
  const { progressToken } = asked as { readonly progressToken: unknown };
  for (let progress = 1; progress <= 4; progress++) {
    await clock.advance(900);
    server.send({ method: 'notifications/progress', params: { progressToken, progress } });
  }
  await clock.advance(999);
  expect(clock.timers).toBe(2);
  await clock.advance(1);
  await expect(working).rejects.toMatchObject({
    code: 'timeout',
    message: 'scripted: the call of "a" was not answered within 1000 ms (callIdleTimeoutMs)',
  });
  expect(clock.timers).toBe(0);
  await scripted.close();
});

test('progress does not keep a call alive beyond its limit', async () => {
  const clock = fakeClock();
  const { server, session: scripted } = session(
    { 'tools/call': () => undefined },
    { clock, callIdleTimeoutMs: 1_000, callTimeoutMs: 1_500 },
  );
  const [tool] = await scripted.tools(call());
  const working = callTool(tool);
  working.catch(() => undefined);
  await vi.waitFor(() => expect(server.methods).toContain('tools/call'));
  const asked = server.received.find(({ method }) => method === 'tools/call')?.params?.['_meta'];
  const { progressToken } = asked as { readonly progressToken: unknown };
  await clock.advance(900);
  server.send({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
  await clock.advance(600);
  await expect(working).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('callTimeoutMs') as unknown,
  });
});

test('log messages and other notifications are told of, whatever their shape, and a callback that throws is no matter', async () => {
  const heard: unknown[] = [];
  const hear = (what: unknown): never => {
    heard.push(what);
    throw new Error('a logger of yours');
  };
  const { server, session: scripted } = session({}, { onLog: hear, onNotification: hear });
  await scripted.tools(call());
  server.send({ method: 'notifications/message', params: { level: 'warning', logger: 'db', data: { slow: true } } });
  server.send({ method: 'notifications/message', params: { level: 'shout', data: 'x' } });
  server.send({ method: 'notifications/resources/updated', params: { uri: 'memo://1' } });
  server.send({ method: 'notifications/made/up' });
  await scripted.tools(call());
  await vi.waitFor(() => expect(heard).toHaveLength(4));
  expect(heard).toEqual([
    { server: 'scripted', level: 'warning', logger: 'db', data: { slow: true } },
    { server: 'scripted', level: 'info', logger: undefined, data: 'x' },
    { server: 'scripted', method: 'notifications/resources/updated', params: { uri: 'memo://1' } },
    { server: 'scripted', method: 'notifications/made/up', params: {} },
  ]);
});

test('the log level is asked for where the server has logs', async () => {
  const capabilities = { tools: {}, logging: {} };
  const loud = session(
    { initialize: () => ({ ...initialized, capabilities }), 'logging/setLevel': () => ({}) },
    { logLevel: 'error' },
  );
  await loud.session.tools(call());
  expect(loud.server.received.find(({ method }) => method === 'logging/setLevel')?.params).toEqual({ level: 'error' });
  const quiet = session({}, { logLevel: 'error' });
  await quiet.session.tools(call());
  expect(quiet.server.methods).not.toContain('logging/setLevel');
});

test('nothing is announced that nobody answers, and what was not announced is declined', async () => {
  const { server, session: scripted } = session();
  await scripted.tools(call());
  for (const method of ['sampling/createMessage', 'elicitation/create', 'roots/list', 'made/up']) {
    server.send({ id: method, method, params: {} });
    await vi.waitFor(() => expect(answerTo(server, method)).toMatchObject({ error: { code: -32_601 } }));
  }
  server.send({ id: 'ping', method: 'ping' });
  await vi.waitFor(() => expect(answerTo(server, 'ping')).toMatchObject({ result: {} }));
  expect(server.received.find(({ method }) => method === 'initialize')?.params?.['capabilities']).toEqual({});
});

const sampling = {
  systemPrompt: 'Be brief.',
  messages: [
    { role: 'user', content: { type: 'text', text: 'Who?' } },
    { role: 'assistant', content: { type: 'text', text: 'Me.' } },
    { role: 'user', content: { type: 'image', mimeType: 'image/png', data: 'AAAA' } },
  ],
  maxTokens: 100_000,
  temperature: 0.5,
  stopSequences: ['END'],
};

test('a server that asks for a model gets the answer of a provider', async () => {
  const provider = scriptedProvider([[say('A squid.')]]);
  const { server, session: scripted } = session({}, { onSampling: samplingBy(provider, { maxOutputTokens: 50 }) });
  await scripted.tools(call());
  expect(server.received.find(({ method }) => method === 'initialize')?.params?.['capabilities']).toEqual({
    sampling: {},
  });
  server.send({ id: 's', method: 'sampling/createMessage', params: sampling });
  await vi.waitFor(() => expect(answerTo(server, 's')).toBeDefined());
  expect(answerTo(server, 's')).toMatchObject({
    result: { role: 'assistant', content: { type: 'text', text: 'A squid.' }, stopReason: 'endTurn' },
  });
  expect(provider.calls[0]?.request).toMatchObject({
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Who?' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Me.' }] },
      { role: 'user', content: [{ type: 'image', mimeType: 'image/png', data: 'AAAA' }] },
    ],
    maxOutputTokens: 50,
    temperature: 0.5,
    stop: ['END'],
  });
});

test.each([
  [new TakoError('budget_exhausted', 'cap of tenant acme reached'), -1],
  [new TakoError('policy_denied', 'acme says no'), -1],
  [new Error('stack of acme'), -32_603],
])('why there is no answer (%s) stays here', async (error, code) => {
  const warnings: string[] = [];
  const { server, session: scripted } = session(
    {},
    { onSampling: () => fail(error), onWarning: (message) => warnings.push(message) },
  );
  await scripted.tools(call());
  server.send({ id: 's', method: 'sampling/createMessage', params: sampling });
  await vi.waitFor(() => expect(answerTo(server, 's')).toMatchObject({ error: { code } }));
  expect(JSON.stringify(answerTo(server, 's'))).not.toContain('acme');
  expect(warnings.join()).toContain(error.message);
});

function fail(error: Error): never {
  throw error;
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
}

test('a server that takes its question back aborts the answer, and gets none', async () => {
  let signal: AbortSignal | undefined;
  const { server, session: scripted } = session(
    {},
    {
      onSampling: async (_params, context) => {
        signal = context.signal;
        return aborted(context.signal);
      },
    },
  );
  await scripted.tools(call());
  server.send({ id: 's', method: 'sampling/createMessage', params: sampling });
  await vi.waitFor(() => expect(signal).toBeDefined());
  server.send({ method: 'notifications/cancelled', params: { requestId: 's' } });
  await vi.waitFor(() => expect(signal?.aborted).toBe(true));
  await scripted.close();
  expect(answerTo(server, 's')).toBeUndefined();
});

test('a server that asks the user gets what the callback says', async () => {
  const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } };
  const { server, session: scripted } = session(
    {},
    { onElicitation: (params) => ({ action: 'accept', content: { name: `${params.message}: Ada` } }) },
  );
  await scripted.tools(call());
  server.send({ id: 'e', method: 'elicitation/create', params: { message: 'Who?', requestedSchema } });
  await vi.waitFor(() =>
    expect(answerTo(server, 'e')).toMatchObject({ result: { action: 'accept', content: { name: 'Who?: Ada' } } }),
  );
});

test('in 2026-07-28 a call that wants input gets it from the same callback', async () => {
  const complete = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
  const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } };
  const server = new ScriptedServer({
    'server/discover': () => ({ ...complete, supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }),
    'tools/list': () => ({ ...complete, ...tools['tools/list']() }),
    'tools/call': ({ inputResponses }) =>
      inputResponses === undefined
        ? {
            resultType: 'input_required',
            inputRequests: { who: { method: 'elicitation/create', params: { message: 'Who?', requestedSchema } } },
          }
        : { ...complete, content: [{ type: 'text', text: JSON.stringify(inputResponses) }] },
  });
  const scripted = new McpSession({
    ...server.options,
    onElicitation: () => ({ action: 'accept', content: { name: 'Ada' } }),
  });
  const [tool] = await scripted.tools(call());
  expect(JSON.stringify(await callTool(tool))).toContain('Ada');
});
