import { tool, user, type ChatRequest, type RunState, type ToolResultPart } from '@tako/core';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent } from '../src/index.js';
import { only, play, playToFailure, resultTexts } from './play.js';
import { callTools, say, scriptedModel } from './scripted-model.js';

/** Runs at the caller's. */
const locate = tool({
  name: 'locate',
  description: 'Where the user is',
  inputSchema: z.object({ exact: z.boolean() }),
});
const add = tool({ name: 'add', inputSchema: { type: 'object' }, execute: () => '3' });

function resultFor(toolCallId: string, value: string): ToolResultPart {
  return { type: 'tool_result', toolCallId, name: 'locate', content: [{ type: 'text', text: value }] };
}

function throughJson(state: RunState): RunState {
  return JSON.parse(JSON.stringify(state)) as RunState;
}

test('a tool without execute ends the run for the caller to run it; with its result the run goes on', async () => {
  const calls = callTools(['a', 'locate', '{"exact":true}'], ['b', 'add'], ['c', 'locate', '{"exact":1}']);
  const first = await play(new SingleAgent({ provider: scriptedModel([calls]), tools: [locate, add] }), 'go');

  expect(first.result).toMatchObject({
    stopReason: 'tool_calls',
    pending: [{ toolCallId: 'a', name: 'locate', arguments: '{"exact":true}', waitsFor: 'client' }],
  });
  // Our own tools have run, and a bad call is answered without troubling the caller.
  expect(only(first.events, 'tool_call_result').map(({ toolCallId, isError }) => [toolCallId, isError])).toEqual(
    expect.arrayContaining([
      ['b', false],
      ['c', true],
    ]),
  );

  const agent = new SingleAgent({ provider: scriptedModel([say('You are in Bergen.')]), tools: [locate, add] });
  const { result } = await play(agent, {
    state: throughJson(first.result.state),
    toolResults: [resultFor('a', 'Bergen')],
  });
  expect(result).toMatchObject({ stopReason: 'final', text: 'You are in Bergen.', steps: 2 });
  expect(resultTexts(result)).toEqual(['Bergen', '3', expect.stringContaining('do not fit')]);
});

test('tools of a request are client tools, beside the agent’s own', async () => {
  const provider = scriptedModel([callTools(['a', 'locate', '{"exact":true}'], ['b', 'add'])]);
  const request: ChatRequest = {
    messages: [user('Where am I?')],
    tools: [{ name: 'locate', inputSchema: locate.inputSchema, strict: true }],
  };
  const { result } = await play(new SingleAgent({ provider, tools: [add] }), request);
  expect(provider.requests[0]?.tools).toEqual([
    { name: 'add', description: undefined, inputSchema: { type: 'object' }, strict: undefined },
    { name: 'locate', description: undefined, inputSchema: locate.inputSchema, strict: true },
  ]);
  expect(result).toMatchObject({ stopReason: 'tool_calls', pending: [{ toolCallId: 'a', waitsFor: 'client' }] });
});

test('a resumed run still has the tools and fields of the request that it began with', async () => {
  const request: ChatRequest = {
    messages: [user('Where am I?')],
    tools: [{ name: 'locate', inputSchema: { type: 'object' } }],
    temperature: 0.25,
    maxOutputTokens: 99,
  };
  const first = await play(new SingleAgent({ provider: scriptedModel([callTools(['a', 'locate'])]) }), request);
  const provider = scriptedModel([callTools(['b', 'locate'])]);
  const input = { state: throughJson(first.result.state), toolResults: [resultFor('a', 'Bergen')] };
  const { result } = await play(new SingleAgent({ provider }), input);

  expect(provider.requests[0]).toMatchObject({ tools: request.tools, temperature: 0.25, maxOutputTokens: 99 });
  expect(result).toMatchObject({ stopReason: 'tool_calls', pending: [{ toolCallId: 'b', waitsFor: 'client' }] });
});

test('results may come one at a time', async () => {
  const calls = callTools(['a', 'locate', '{"exact":true}'], ['b', 'locate', '{"exact":false}']);
  const agent = (...answers: Parameters<typeof scriptedModel>[0]) =>
    new SingleAgent({ provider: scriptedModel(answers), tools: [locate] });
  const first = await play(agent(calls), 'go');
  const second = await play(agent(), { state: first.result.state, toolResults: [resultFor('b', 'Oslo')] });
  expect(second.result.pending.map(({ toolCallId }) => toolCallId)).toEqual(['a']);
  const third = await play(agent(say('ok')), {
    state: throughJson(second.result.state),
    toolResults: [resultFor('a', 'Bergen')],
  });
  expect(resultTexts(third.result)).toEqual(['Bergen', 'Oslo']);
});

test('a picture that the caller brings keeps the state plain JSON', async () => {
  const calls = callTools(['a', 'locate', '{"exact":true}'], ['b', 'locate', '{"exact":false}']);
  const first = await play(new SingleAgent({ provider: scriptedModel([calls]), tools: [locate] }), 'go');
  const picture: ToolResultPart = {
    ...resultFor('a', ''),
    content: [{ type: 'image', mimeType: 'image/png', data: new Uint8Array([104, 105]) }],
  };
  const second = new SingleAgent({ provider: scriptedModel([]), tools: [locate] });
  const { state } = await second.run({ state: first.result.state, toolResults: [picture] });
  expect(throughJson(state).toolResults).toMatchObject([
    { toolCallId: 'a', content: [{ type: 'image', data: 'aGk=' }] },
  ]);
});

test('edited arguments are those that the caller gets to run', async () => {
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'locate', '{"exact":true}'])]),
    tools: [locate],
    approve: () => ({ action: 'edit', arguments: '{"exact":false}' }),
  });
  const { result } = await play(agent, 'go');
  expect(result.pending).toEqual([
    { toolCallId: 'a', name: 'locate', arguments: '{"exact":false}', waitsFor: 'client' },
  ]);
});

test('approval counts more than tool_calls when both wait', async () => {
  const provider = scriptedModel([callTools(['a', 'locate', '{"exact":true}'], ['b', 'add'])]);
  const agent = new SingleAgent({
    provider,
    tools: [locate, add],
    approve: ({ name }) => ({ action: name === 'add' ? 'wait' : 'allow' }),
  });
  const { result } = await play(agent, 'go');
  expect(result.stopReason).toBe('approval');
  expect(result.pending.map(({ waitsFor }) => waitsFor)).toEqual(['client', 'approval']);
});

test.each([
  ['a call that nobody made', 'z'],
  ['a call that has its result already', 'b'],
])('a result for %s is refused', async (_, id) => {
  const provider = scriptedModel([callTools(['a', 'locate', '{"exact":true}'], ['b', 'add'])]);
  const { result } = await play(new SingleAgent({ provider, tools: [locate, add] }), 'go');
  const agent = new SingleAgent({ provider: scriptedModel([]), tools: [locate, add] });
  const { error } = await playToFailure(agent, { state: result.state, toolResults: [resultFor(id, 'forged')] });
  expect(error.code).toBe('invalid');
  expect(error.message).toContain(`"${id}"`);
});
