import { system, tool, user, type ToolChoice } from '@tako/core';
import { expect, test } from 'vitest';

import { SingleAgent, type StepStart, type StepSummary } from '../src/index.js';
import { settled } from './gate.js';
import { play, playToFailure } from './play.js';
import { callTools, say, scriptedModel } from './scripted-model.js';

const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => input });
const twoSteps = () => scriptedModel([callTools(['a', 'echo']), callTools(['b', 'echo']), say('ok')]);

test('prepareStep: what it returns replaces those fields, for that call only', async () => {
  const starts: StepStart[] = [];
  const provider = twoSteps();
  const agent = new SingleAgent({
    provider,
    tools: [echo],
    temperature: 0.5,
    prepareStep: async (start) => {
      await settled();
      starts.push(start);
      return start.step === 1 ? { temperature: 0, tools: [], messages: [user('Only this.')] } : undefined;
    },
  });
  await play(agent, 'go');
  expect(starts.map(({ step, messages }) => [step, messages.length])).toEqual([
    [0, 1],
    [1, 3],
    [2, 5],
  ]);
  expect(provider.requests.map(({ temperature }) => temperature)).toEqual([0.5, 0, 0.5]);
  expect(provider.requests[1]).toMatchObject({ tools: [], messages: [user('Only this.')] });
  expect(provider.requests[2]?.messages).toHaveLength(5);
});

test('onStepEnd and stopWhen see the step with its results, the usage and the cost so far', async () => {
  const summaries: StepSummary[] = [];
  const asked: number[] = [];
  const agent = new SingleAgent({
    provider: twoSteps(),
    tools: [echo],
    onStepEnd: (summary) => void summaries.push(summary),
    stopWhen: ({ step }) => {
      asked.push(step);
      return false;
    },
  });
  await play(agent, 'go');
  expect(asked).toEqual([0, 1]);
  expect(summaries).toMatchObject([
    { step: 0, usage: { inputTokens: 10, outputTokens: 5 }, costUsd: 20 },
    { step: 1, usage: { inputTokens: 20, outputTokens: 10 }, costUsd: 40 },
  ]);
  expect(summaries[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
});

test('stopWhen ends the run after the results are in, and the run can go on', async () => {
  const agent = new SingleAgent({ provider: twoSteps(), tools: [echo], stopWhen: () => Promise.resolve(true) });
  const { result } = await play(agent, 'go');
  expect(result).toMatchObject({ stopReason: 'stop_condition', steps: 1 });
  expect(result.messages.at(-1)?.role).toBe('tool');
  const later = new SingleAgent({ provider: scriptedModel([say('ok')]), tools: [echo] });
  expect((await play(later, { state: result.state })).result.text).toBe('ok');
});

test.each(['prepareStep', 'onStepEnd', 'stopWhen'] as const)(
  'what %s throws ends the run with the state',
  async (hook) => {
    const bug = new Error('a bug in the hook');
    const agent = new SingleAgent({
      provider: twoSteps(),
      tools: [echo],
      [hook]: () => {
        throw bug;
      },
    });
    const { error } = await playToFailure(agent, 'go');
    expect(error).toMatchObject({ code: 'invalid', cause: bug });
    expect(error.partial?.state).toMatchObject({ version: 1, step: hook === 'prepareStep' ? 0 : 1 });
  },
);

test.each<[ToolChoice, (ToolChoice | undefined)[]]>([
  ['required', ['required', undefined, undefined]],
  [{ name: 'echo' }, [{ name: 'echo' }, undefined, undefined]],
  ['none', ['none', 'none', 'none']],
  ['auto', ['auto', 'auto', 'auto']],
])('toolChoice %j: what forces a call holds for the first step only', async (toolChoice, asked) => {
  const provider = twoSteps();
  await play(new SingleAgent({ provider, tools: [echo], toolChoice }), 'go');
  expect(provider.requests.map((request) => request.toolChoice)).toEqual(asked);
  const caller = twoSteps();
  await play(new SingleAgent({ provider: caller, tools: [echo] }), { messages: [user('go')], toolChoice });
  expect(caller.requests.map((request) => request.toolChoice)).toEqual(asked);
});

test('prepareStep may force a call at any step', async () => {
  const provider = twoSteps();
  const agent = new SingleAgent({
    provider,
    tools: [echo],
    prepareStep: ({ step }) => (step === 1 ? { toolChoice: 'required' } : {}),
  });
  await play(agent, 'go');
  expect(provider.requests.map(({ toolChoice }) => toolChoice)).toEqual([undefined, 'required', undefined]);
});

test('fields of the agent apply to every call, and those of the caller’s request win', async () => {
  const provider = twoSteps();
  const agent = new SingleAgent({
    provider,
    system: 'Be brief.',
    tools: [echo],
    temperature: 0.5,
    maxOutputTokens: 100,
    seed: 7,
    metadata: { app: 'test' },
  });
  await play(agent, { messages: [system('In French.'), user('go')], temperature: 1, seed: undefined, stop: ['END'] });
  for (const request of provider.requests) {
    expect(request).toMatchObject({
      temperature: 1,
      maxOutputTokens: 100,
      seed: 7,
      metadata: { app: 'test' },
      stop: ['END'],
    });
    expect(request.messages.slice(0, 3)).toEqual([system('Be brief.'), system('In French.'), user('go')]);
  }
});

test('options of the loop never reach the provider', async () => {
  const provider = scriptedModel([say('ok')]);
  await new SingleAgent({ provider, tools: [echo], maxSteps: 3, toolTimeoutMs: 5, maxParallelTools: 2 }).run('go');
  const known = ['messages', 'tools', 'responseFormat', 'toolChoice'];
  expect(Object.keys(provider.requests[0] ?? {}).filter((key) => !known.includes(key))).toEqual([]);
});
