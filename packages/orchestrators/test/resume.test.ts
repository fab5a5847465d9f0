import { assistant, providerError, tool, user, type RunState } from '@tako/core';
import { trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent, structuredOutput } from '../src/index.js';
import { settled } from './gate.js';
import { play, playToFailure, resultTexts } from './play.js';
import { resumeEverywhere } from './resume-everywhere.js';
import { callTools, finish, say, scriptedModel, text, toolCallEvents, type Piece } from './scripted-model.js';

const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => input });

/** Agents at the same place of a script: a new one for each resumption, which begins where the state says. */
function agentAt(script: readonly (readonly Piece[])[], { step }: Pick<RunState, 'step'>): SingleAgent {
  return new SingleAgent({ provider: scriptedModel(script.slice(step)), tools: [echo] });
}

test('the state is told after every answer, every result and every step', async () => {
  const told: string[] = [];
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'echo'], ['b', 'echo']), say('ok')]),
    tools: [echo],
    maxParallelTools: 1,
  });
  await agent.run('go', {
    onState: ({ step, messages, toolResults }) => {
      told.push(`${step} ${messages.map(({ role }) => role).join(' ')} +${toolResults.length}`);
    },
  });
  expect(told.slice(0, 5)).toEqual([
    '1 user assistant +0',
    '1 user assistant +1',
    '1 user assistant +2',
    '1 user assistant tool +0',
    '2 user assistant tool assistant +0',
  ]);
});

test('the state is saved before the event that tells of it', async () => {
  const order: string[] = [];
  const agent = new SingleAgent({ provider: scriptedModel([callTools(['a', 'echo']), say('ok')]), tools: [echo] });
  for await (const { type } of agent.stream('go', { onState: () => void order.push('saved') })) {
    if (type === 'model_call' || type === 'tool_call_result' || type === 'step_end') order.push(type);
  }
  expect(order.slice(0, 6)).toEqual(['saved', 'model_call', 'saved', 'tool_call_result', 'saved', 'step_end']);
});

test('a saved state is a picture: it does not change any more, and is plain JSON', async () => {
  const states: [state: RunState, then: string][] = [];
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'echo'], ['b', 'echo']), say('ok')]),
    tools: [echo],
  });
  const { state } = await agent.run('go', { onState: (given) => void states.push([given, JSON.stringify(given)]) });
  for (const [given, then] of states) expect(JSON.stringify(given)).toBe(then);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});

test('saving is waited for', async () => {
  let saving = 0;
  const agent = new SingleAgent({ provider: scriptedModel([callTools(['a', 'echo']), say('ok')]), tools: [echo] });
  for await (const _ of agent.stream('go', {
    onState: async () => {
      saving++;
      await settled();
      saving--;
    },
  }))
    expect(saving).toBe(0);
});

test('what saving throws ends the run, with the state that could not be saved', async () => {
  const full = new Error('disk full');
  const agent = new SingleAgent({ provider: scriptedModel([say('ok')]) });
  const { error } = await playToFailure(agent, 'go', { onState: () => Promise.reject(full) });
  expect(error).toMatchObject({ code: 'invalid', cause: full });
  expect(error.partial?.state).toMatchObject({ step: 1 });
});

test.each([
  ['length', say('Once upon', 'length')],
  ['content_filter', say('', 'content_filter')],
  ['error', [text('Hm'), finish('error')]],
  ['content_filter', [...toolCallEvents([['a', 'echo']]), finish('content_filter')]],
  ['error', [...toolCallEvents([['a', 'echo']]), finish('error')]],
] as const)('a run that ended with %s still does when its last state is resumed', async (stopReason, answer) => {
  const states: RunState[] = [];
  const first = await play(agentAt([answer], { step: 0 }), 'go', { onState: (state) => void states.push(state) });
  expect(first.result.stopReason).toBe(stopReason);
  for (const state of [...states, first.result.state]) {
    const { result } = await play(agentAt([answer], state), { state });
    expect(result.stopReason).toBe(stopReason);
    expect(result.messages).toEqual(first.result.messages);
  }
});

test('a finished run that is resumed is finished', async () => {
  const { state, messages } = await agentAt([say('ok')], { step: 0 }).run('go');
  const { result } = await play(agentAt([say('ok')], state), { state });
  expect(result).toMatchObject({ stopReason: 'final', text: 'ok', steps: 1 });
  expect(result.messages).toEqual(messages);
});

test('results that were there when the run was aborted are in its state', async () => {
  const { signal, abort } = trackedSignal();
  const hang = tool({ name: 'hang', execute: () => new Promise(() => undefined) });
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'hang'], ['b', 'echo'], ['c', 'echo'])]),
    tools: [echo, hang],
  });
  const { error } = await playToFailure(agent, 'go', {
    signal,
    onState: async ({ toolResults }) => {
      if (toolResults.length === 0) return;
      abort(new Error('enough'));
      await settled(); // by now `c` has ended too
    },
  });
  expect(error.code).toBe('cancelled');
  expect(error.partial?.state?.toolResults.map(({ toolCallId }) => toolCallId).toSorted()).toEqual(['b', 'c']);
});

test('results that were there when a hook failed are in the state', async () => {
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'echo', '{"bad":1}'], ['b', 'echo'], ['c', 'echo'])]),
    tools: [echo],
    approve: async ({ toolCallId }) => {
      if (toolCallId === 'a') {
        await settled();
        throw new Error('down');
      }
      return { action: 'allow' };
    },
  });
  const { error } = await playToFailure(agent, 'go', {
    onState: async ({ toolResults }) => {
      if (toolResults.length === 1) for (let turns = 0; turns < 3; turns++) await settled();
    },
  });
  expect(error.partial?.state?.toolResults.map(({ toolCallId }) => toolCallId).toSorted()).toEqual(['b', 'c']);
});

test('maxSteps: the tools of the last step are not run; a larger limit goes on with them', async () => {
  const script = [callTools(['a', 'echo', '{"n":1}']), callTools(['b', 'echo', '{"n":2}']), say('ok')];
  const short = new SingleAgent({ provider: scriptedModel(script), tools: [echo], maxSteps: 2 });
  const first = await play(short, 'go');
  expect(first.result).toMatchObject({ stopReason: 'max_steps', steps: 2, pending: [] });
  expect(resultTexts(first.result)).toEqual(['{"n":1}']);

  const same = new SingleAgent({ provider: scriptedModel([]), tools: [echo], maxSteps: 2 });
  expect((await play(same, { state: first.result.state })).result.stopReason).toBe('max_steps');

  const { result } = await play(agentAt(script, first.result.state), { state: first.result.state });
  expect(result).toMatchObject({ stopReason: 'final', text: 'ok', steps: 3 });
  expect(resultTexts(result)).toEqual(['{"n":1}', '{"n":2}']);
});

test('usage and cost go on from where they were', async () => {
  const script = [callTools(['a', 'echo']), say('ok')];
  const states: RunState[] = [];
  const whole = await agentAt(script, { step: 0 }).run('go', { onState: (state) => void states.push(state) });
  const [first] = states;
  if (first === undefined) throw new Error('no state');
  const { result } = await play(agentAt(script, first), { state: first });
  expect(result).toMatchObject({ usage: { inputTokens: 20, outputTokens: 10 }, costUsd: 40 });
  expect(result).toMatchObject({ usage: whole.usage, costUsd: whole.costUsd });
  expect(result.calls.map(({ step }) => step)).toEqual([0, 1]);
});

test('the run id goes on, unless another is given', async () => {
  const { state } = await agentAt([say('ok')], { step: 0 }).run('go', { runId: 'first' });
  expect((await agentAt([], state).run({ state })).state.runId).toBe('first');
  expect((await agentAt([], state).run({ state }, { runId: 'second' })).state.runId).toBe('second');
});

test('a beginning of an answer that was given as input is not taken for an answer when the run is resumed', async () => {
  const busy = scriptedModel([[providerError('overloaded', 'busy')]]);
  const { error } = await playToFailure(new SingleAgent({ provider: busy }), [user('Tell.'), assistant('Once')]);
  const state = error.partial?.state;
  if (state === undefined) throw new Error('no state');
  const { result } = await play(agentAt([say(' upon a time')], state), { state });
  expect(result).toMatchObject({ stopReason: 'final', text: ' upon a time', steps: 1 });
});

test.each([
  ['of another version', { version: 2 }],
  ['of another kind', { kind: 'conductor' }],
])('a state %s is refused', async (_, change) => {
  const { state } = await agentAt([say('ok')], { step: 0 }).run('go');
  const { error } = await playToFailure(agentAt([], state), { state: { ...state, ...change } as unknown as RunState });
  expect(error.code).toBe('invalid');
});

test.each([
  ['by the vendor’s schema', {}, [callTools(['a', 'echo']), say('{"n":"x"}'), say('{"n":1}')]],
  [
    'by the tool',
    { structuredOutput: 'no' },
    [
      callTools(['a', 'echo']),
      callTools(['b', 'final_answer', '{"n":"x"}']),
      callTools(['c', 'final_answer', '{"n":1}'], ['d', 'echo']),
    ],
  ],
  [
    'by the tool, twice in one answer',
    { structuredOutput: 'no' },
    [
      callTools(['a', 'final_answer', '{"n":"x"}'], ['b', 'final_answer', '{"n":1}']),
      callTools(['c', 'final_answer', '{"n":2}']),
    ],
  ],
  ['in words', { structuredOutput: 'no', tools: 'no' }, [say('Hm.'), say('Here: ```json\n{"n":1}\n```')]],
] as const)('output %s, with a repair: the same from every state', async (_, capabilities, script) => {
  const { result, states } = await resumeEverywhere(() => {
    const executed: string[] = [];
    const noting = tool({
      name: 'echo',
      execute: (_input, { toolCallId }) => {
        executed.push(toolCallId);
      },
    });
    // Told by the conversation where it is, so that it can be asked from anywhere.
    const ask = scriptedModel([], { capabilities });
    const provider = {
      ...ask,
      stream: (request: Parameters<typeof ask.stream>[0], call: Parameters<typeof ask.stream>[1]) => {
        const said = request.messages.filter(({ role }) => role === 'assistant').length;
        return scriptedModel(script.slice(said, said + 1)).stream(request, call);
      },
    };
    const tools = capabilities && 'tools' in capabilities ? [] : [noting];
    return {
      agent: new SingleAgent({ provider, tools, output: structuredOutput(z.object({ n: z.number() })) }),
      executed,
    };
  }, 'go');
  expect(result).toMatchObject({ stopReason: 'final', output: { n: 1 } });
  expect(states).toBeGreaterThan(2);
});

test('the limit of repairs holds over resumptions', async () => {
  const output = z.object({ n: z.number() });
  const make = (...answers: Piece[][]) =>
    new SingleAgent({ provider: scriptedModel(answers), output: structuredOutput(output), maxOutputRepairs: 1 });
  let last: RunState | undefined;
  const { error } = await playToFailure(make(say('no'), say('no'), say('no')), 'go', {
    onState: (state) => void (last = state),
  });
  expect(error.code).toBe('malformed_response');
  if (last === undefined) throw new Error('no state');
  const again = await playToFailure(make(say('{"n":1}')), { state: last });
  expect(again.error.code).toBe('malformed_response');
});
