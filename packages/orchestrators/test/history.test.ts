import { assistant, system, tool, toolResults, user, type Message, type RunState, type ToolSource } from '@tako/core';
import { expect, test } from 'vitest';

import { SingleAgent } from '../src/index.js';
import { settled } from './gate.js';
import { play, resultTexts } from './play.js';
import { callTools, say, scriptedModel } from './scripted-model.js';

const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => input });

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

function conversation(): Message[] {
  return [
    system('Answer in French.'),
    user('What is this?', { type: 'image', mimeType: 'image/png', data: new Uint8Array([1, 2, 3]) }),
    assistant(
      { type: 'reasoning', text: '', vendorData: { vendor: 'test', data: { signature: 'opaque' } } },
      { type: 'tool_call', id: 'old', name: 'gone', arguments: 'not even JSON' },
    ),
    toolResults({
      type: 'tool_result',
      toolCallId: 'old',
      name: 'gone',
      content: [{ type: 'text', text: 'x' }],
      isError: true,
    }),
    system('Later instructions.'),
    user('And now?'),
  ];
}

test('the history is kept as it was given: the same messages, and the input is not changed', async () => {
  const input = conversation();
  const before = structuredClone(input);
  const provider = scriptedModel([callTools(['a', 'echo']), say('ok')]);
  const { messages } = await new SingleAgent({ provider, tools: [echo] }).run(input);

  expect(input).toEqual(before);
  expect(messages).toHaveLength(input.length + 3);
  for (const [at, message] of input.entries()) expect(messages[at]).toBe(message);
  expect(provider.requests[0]?.messages).toEqual(before);
});

test('the state of such a run is plain JSON all the same', async () => {
  const { state, messages } = await new SingleAgent({ provider: scriptedModel([say('ok')]) }).run(conversation());
  const read = JSON.parse(JSON.stringify(state)) as RunState;
  expect(read).toEqual(state);
  expect(read.messages[1]?.content[1]).toEqual({ type: 'image', mimeType: 'image/png', data: 'AQID' });
  expect(messages[1]?.content[1]).toMatchObject({ data: new Uint8Array([1, 2, 3]) });
});

test('input that is frozen all through works, in every form', async () => {
  const agent = (...answers: Parameters<typeof scriptedModel>[0]) =>
    new SingleAgent(Object.freeze({ provider: scriptedModel(answers), tools: deepFreeze([echo]), temperature: 1 }));
  const answers = () => [callTools(['a', 'echo'], ['b', 'echo']), say('ok')] as const;
  const frozen = deepFreeze([user('go')]);
  for (const input of ['go', frozen, deepFreeze({ messages: frozen, temperature: 0 })] as const) {
    expect((await agent(...answers()).run(input)).text).toBe('ok');
  }
  const { state } = await new SingleAgent({ provider: scriptedModel(answers()), tools: [echo], maxSteps: 1 }).run('go');
  expect((await agent(say('later')).run(deepFreeze({ state, approvals: {}, toolResults: [] }))).text).toBe('later');
});

test('a request that a provider keeps does not change afterwards', async () => {
  const kept: (readonly Message[])[] = [];
  const inner = scriptedModel([callTools(['a', 'echo']), say('ok')]);
  const provider = {
    ...inner,
    stream: (...[request, call]: Parameters<typeof inner.stream>) => {
      kept.push(request.messages);
      return inner.stream(request, call);
    },
  };
  await new SingleAgent({ provider, tools: [echo] }).run('go');
  expect(kept.map(({ length }) => length)).toEqual([1, 3]);
});

test('a layer that changes the request does not change the run', async () => {
  const inner = scriptedModel([say('ok')]);
  const provider = {
    ...inner,
    stream: (...[request, call]: Parameters<typeof inner.stream>) => {
      (request.messages as Message[]).unshift(system('injected'));
      return inner.stream(request, call);
    },
  };
  const { messages } = await new SingleAgent({ provider }).run('go');
  expect(messages).toEqual([user('go'), assistant('ok')]);
});

test('a result does not change when the run is continued', async () => {
  const first = await new SingleAgent({
    provider: scriptedModel([callTools(['a', 'echo'])]),
    tools: [echo],
    maxSteps: 1,
  }).run('go');
  const before = JSON.stringify(first);
  await new SingleAgent({ provider: scriptedModel([say('ok')]), tools: [echo] }).run({ state: first.state });
  expect(JSON.stringify(first)).toBe(before);
});

test('the messages of a result go on as the input of the next run', async () => {
  const first = await new SingleAgent({
    provider: scriptedModel([callTools(['a', 'echo']), say('ok')]),
    tools: [echo],
  }).run('go');
  const next = await play(
    new SingleAgent({ provider: scriptedModel([callTools(['a', 'echo']), say('again')]), tools: [echo] }),
    [...first.messages, user('and again')],
  );
  expect(next.result.text).toBe('again');
  expect(next.result.messages).toHaveLength(8);
});

test('a conversation that ends with an answer is continued by the model, not taken for finished', async () => {
  const provider = scriptedModel([say(' upon a time')]);
  const { result } = await play(new SingleAgent({ provider }), [user('Tell.'), assistant('Once')]);
  expect(provider.requests).toHaveLength(1);
  expect(result).toMatchObject({ text: ' upon a time', steps: 1 });
});

test('many runs of one agent at the same time do not mix', async () => {
  const seen = new Map<string, string>();
  const who = tool({
    name: 'who',
    inputSchema: { type: 'object' },
    execute: async (_, { call }) => {
      for (let turn = 0; turn < seen.size % 3; turn++) await settled();
      seen.set(call.runId, call.principal.tenantId);
      return call.principal.tenantId;
    },
  });
  const server: ToolSource = { name: 'server', tools: () => settled().then(() => [who]) };
  const template = scriptedModel([]);
  const agent = new SingleAgent({
    // Answers by what it is asked, so that all runs can share it.
    provider: {
      ...template,
      stream: ({ messages }, call) => {
        const result = messages.at(-1);
        const said = result?.role === 'tool' ? resultTexts({ messages: [result] }).join() : undefined;
        return scriptedModel([said === undefined ? callTools(['0', 'who']) : say(`I am ${said}.`)]).stream(
          { messages },
          call,
        );
      },
    },
    mcpServers: [server],
  });
  const runs = Array.from({ length: 100 }, async (_, at) => {
    const principal = { tenantId: `tenant-${at}`, userId: 'u', roles: [] };
    const { text, usage, messages, state } = await agent.run(`question ${at}`, { principal, runId: `run-${at}` });
    expect(text).toBe(`I am tenant-${at}.`);
    expect(usage).toEqual({ inputTokens: 20, outputTokens: 10 });
    expect(messages[0]).toEqual(user(`question ${at}`));
    expect(state.runId).toBe(`run-${at}`);
  });
  await Promise.all(runs);
  expect(seen.size).toBe(100);
});
