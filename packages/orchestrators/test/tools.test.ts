import { tool, type RunEvent } from '@tako/core';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent } from '../src/index.js';
import { gate, settled, type Gate } from './gate.js';
import { only, play, resultTexts } from './play.js';
import { callTools, finish, say, scriptedModel, toolCallEvents } from './scripted-model.js';

const add = tool({
  name: 'add',
  description: 'Adds two numbers',
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => a + b,
});

/** Tools `t0`, `t1` … that end when their gate is opened; `running` says how many do at most at the same time. */
function gatedTools(count: number) {
  const gates = Array.from({ length: count }, (): Gate => gate());
  const started: number[] = [];
  const ended: number[] = [];
  let most = 0;
  const tools = gates.map(({ opened }, at) =>
    tool({
      name: `t${at}`,
      execute: async () => {
        started.push(at);
        most = Math.max(most, started.length - ended.length);
        await opened;
        ended.push(at);
        return `result ${at}`;
      },
    }),
  );
  return { tools, gates, started, mostAtOnce: () => most };
}

test('one tool: the model reads its result and answers', async () => {
  const model = scriptedModel([callTools(['c1', 'add', '{"a":1,"b":2}']), say('It is 3.')]);

  const { events, result } = await play(
    new SingleAgent({ provider: model, system: 'Be brief.', tools: [add] }),
    '1 + 2?',
  );

  expect(result).toMatchObject({ text: 'It is 3.', stopReason: 'final', steps: 2, output: undefined, pending: [] });
  expect(result.messages).toEqual([
    { role: 'user', content: [{ type: 'text', text: '1 + 2?' }] },
    { role: 'assistant', content: [{ type: 'tool_call', id: 'c1', name: 'add', arguments: '{"a":1,"b":2}' }] },
    {
      role: 'tool',
      content: [{ type: 'tool_result', toolCallId: 'c1', name: 'add', content: [{ type: 'text', text: '3' }] }],
    },
    { role: 'assistant', content: [{ type: 'text', text: 'It is 3.' }] },
  ]);
  expect(only(events, 'tool_call_result')).toMatchObject([{ toolCallId: 'c1', name: 'add', isError: false, step: 0 }]);
  expect(model.requests[0]?.messages[0]).toEqual({ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] });
  expect(model.requests[1]?.messages.slice(1)).toEqual(result.messages.slice(0, 3));
  expect(model.requests[0]?.tools).toEqual([
    { name: 'add', description: 'Adds two numbers', inputSchema: add.inputSchema, strict: undefined },
  ]);
});

test('three parallel tools: events as they finish, history in call order', async () => {
  const { tools, gates } = gatedTools(3);
  const model = scriptedModel([callTools(['a', 't0'], ['b', 't1'], ['c', 't2']), say('done')]);

  const playing = play(new SingleAgent({ provider: model, tools }), 'go');
  for (const at of [2, 0, 1]) {
    await settled();
    gates[at]?.open();
  }
  const { events, result } = await playing;

  expect(only(events, 'tool_call_result').map(({ toolCallId }) => toolCallId)).toEqual(['c', 'a', 'b']);
  expect(resultTexts(result)).toEqual(['result 0', 'result 1', 'result 2']);
});

test('no more tools at once than allowed, and the next starts as soon as one ends', async () => {
  const { tools, gates, started, mostAtOnce } = gatedTools(5);
  const calls = tools.map(({ name }, at) => [`c${at}`, name] as const);
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(...calls), say('done')]),
    tools,
    maxParallelTools: 2,
  });

  const playing = play(agent, 'go');
  await settled();
  expect(started).toEqual([0, 1]);
  gates[1]?.open();
  await settled();
  expect(started).toEqual([0, 1, 2]);
  for (const { open } of gates) open();
  const { result } = await playing;

  expect(mostAtOnce()).toBe(2);
  expect(resultTexts(result)).toEqual(['result 0', 'result 1', 'result 2', 'result 3', 'result 4']);
});

test('a tool that is called twice in one answer runs twice', async () => {
  const model = scriptedModel([callTools(['x', 'add', '{"a":1,"b":2}'], ['y', 'add', '{"a":3,"b":4}']), say('done')]);
  const { result } = await play(new SingleAgent({ provider: model, tools: [add] }), 'go');
  expect(resultTexts(result)).toEqual(['3', '7']);
});

test('a tool sees the run: its call id, principal, run id and a signal', async () => {
  const principal = { tenantId: 'acme', userId: 'ada', roles: ['admin'] };
  const seen: unknown[] = [];
  const look = tool({
    name: 'look',
    execute: (_, { call, toolCallId }) => {
      seen.push(call.principal, call.runId, toolCallId, call.signal.aborted);
    },
  });
  const agent = new SingleAgent({ provider: scriptedModel([callTools(['c1', 'look']), say('ok')]), tools: [look] });
  await agent.run('go', { principal, runId: 'run-1' });
  expect(seen).toEqual([principal, 'run-1', 'c1', false]);
});

test('the vendor may say `stop` and call tools all the same', async () => {
  const model = scriptedModel([[...toolCallEvents([['c1', 'add', '{"a":1,"b":2}']]), finish('stop')], say('3')]);
  const { result } = await play(new SingleAgent({ provider: model, tools: [add] }), 'go');
  expect(result.text).toBe('3');
});

test('text, reasoning and a tool call in one answer stay in their order', async () => {
  const model = scriptedModel([
    [
      { type: 'reasoning_delta', index: 0, text: 'Hm.', vendorData: { vendor: 'test', data: { signature: 's' } } },
      { type: 'text_delta', index: 1, text: 'Let me see.' },
      ...toolCallEvents([['c1', 'add', '{"a":1,"b":2}']], 2),
      finish('tool_calls'),
    ],
    say('3'),
  ]);
  const { events, result } = await play(new SingleAgent({ provider: model, tools: [add] }), 'go');
  expect(result.messages[1]?.content).toEqual([
    { type: 'reasoning', text: 'Hm.', vendorData: { vendor: 'test', data: { signature: 's' } } },
    { type: 'text', text: 'Let me see.' },
    { type: 'tool_call', id: 'c1', name: 'add', arguments: '{"a":1,"b":2}' },
  ]);
  const kinds = events.map(({ type }: RunEvent) => type);
  expect(kinds.slice(2, 4)).toEqual(['reasoning_delta', 'text_delta']);
  expect(model.requests[1]?.messages[1]).toEqual(result.messages[1]);
});
