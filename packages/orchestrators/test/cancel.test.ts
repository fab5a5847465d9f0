import { tool, type RunEvent, type RunState, type ToolContext } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent, structuredOutput } from '../src/index.js';
import { settled } from './gate.js';
import { play, playToFailure, resultTexts } from './play.js';
import { callTools, finish, say, scriptedModel, text, untilAborted } from './scripted-model.js';

const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => input });
const reason = new Error('the user closed the window');

test('before the start: nothing is asked', async () => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  abort(reason);
  const provider = scriptedModel([say('never')]);
  const { error, events } = await playToFailure(new SingleAgent({ provider, tools: [echo] }), 'go', { signal });
  expect(error).toMatchObject({ code: 'cancelled', retryable: false, cause: reason });
  expect(error.partial).toMatchObject({ content: [], usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0 });
  expect(events.map(({ type }) => type)).toEqual(['run_start']);
  expect(provider.requests).toEqual([]);
  expect(tracked.listeners).toBe(0);
});

test('in mid-text, by the consumer: no further event, partial content, usage estimated', async () => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  // This model does not look at its signal: the loop does.
  const provider = scriptedModel([[text('Once upon'), text(' a time'), text(' never'), finish()]]);
  const heard: string[] = [];
  const { error } = await playToFailure(new SingleAgent({ provider }), 'Tell me.', { signal }, (event) => {
    if (event.type !== 'text_delta') return;
    heard.push(event.text);
    if (heard.length === 2) abort(reason);
  });
  expect(heard).toEqual(['Once upon', ' a time']);
  expect(error).toMatchObject({ code: 'cancelled', cause: reason });
  const { partial } = error;
  expect(partial?.content).toEqual([{ type: 'text', text: 'Once upon a time' }]);
  expect(partial?.usage).toMatchObject({ estimated: true, outputTokens: 4 });
  expect(partial?.usage?.inputTokens).toBeGreaterThan(0);
  expect(partial?.costUsd).toBeGreaterThan(0);
  expect(partial?.state).toMatchObject({ version: 1, step: 0, messages: [{ role: 'user' }] });
  expect(partial?.state?.calls).toMatchObject([{ error: 'cancelled', usage: { estimated: true } }]);
  expect(provider.openStreams).toBe(0);
  expect(tracked.listeners).toBe(0);
});

test('while the model hangs: the provider’s own end of it is handed on', async () => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  const provider = scriptedModel([[text('Hm'), untilAborted]]);
  const running = playToFailure(new SingleAgent({ provider }), 'go', { signal });
  await settled();
  abort(reason);
  const { error } = await running;
  expect(error).toMatchObject({ code: 'cancelled', cause: reason });
  expect(error.partial?.content).toEqual([{ type: 'text', text: 'Hm' }]);
  expect(provider.openStreams).toBe(0);
  expect(tracked.listeners).toBe(0);
});

test('usage that the vendor told before the abort is not estimated', async () => {
  const { signal, abort } = trackedSignal();
  const usage = { inputTokens: 7, outputTokens: 1 };
  const provider = scriptedModel([[{ type: 'usage', usage }, text('Hm'), untilAborted]]);
  const { error } = await playToFailure(new SingleAgent({ provider }), 'go', { signal }, ({ type }) => {
    if (type === 'text_delta') abort(reason);
  });
  expect(error.partial).toMatchObject({ usage, costUsd: 9 });
  expect(error.partial?.usage?.estimated).toBeUndefined();
});

test('in mid-tool: every tool is told, none is waited for, and what was finished is kept', async () => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  const clock = fakeClock();
  const contexts: ToolContext[] = [];
  const hang = tool({
    name: 'hang',
    execute: (_, context) => {
      contexts.push(context);
      return new Promise(() => undefined);
    },
  });
  const provider = scriptedModel([callTools(['a', 'hang'], ['b', 'echo'], ['c', 'hang'])]);
  const agent = new SingleAgent({ provider, tools: [hang, echo], clock });
  const running = playToFailure(agent, 'go', { signal });
  await settled();
  expect(clock.timers).toBe(2);
  abort(reason);
  const { error } = await running;

  expect(error).toMatchObject({ code: 'cancelled', cause: reason });
  expect(contexts.map(({ call }) => call.signal.reason as unknown)).toEqual([reason, reason]);
  expect(error.partial).toMatchObject({ usage: { inputTokens: 10, outputTokens: 5 }, costUsd: 20 });
  expect(error.partial?.content).toMatchObject([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  expect(error.partial?.state?.toolResults.map(({ toolCallId }) => toolCallId)).toEqual(['b']);
  expect(tracked.listeners).toBe(0);
  expect(clock.timers).toBe(0);
});

test('an aborted run is resumed where it was: only the unfinished tool runs again', async () => {
  const { signal, abort } = trackedSignal();
  const ran: string[] = [];
  const work = (name: string, wait: boolean) =>
    tool({
      name,
      execute: () => {
        ran.push(name);
        return wait ? new Promise(() => undefined) : name;
      },
    });
  const calls = callTools(['a', 'slow'], ['b', 'quick']);
  const first = new SingleAgent({
    provider: scriptedModel([calls]),
    tools: [work('slow', true), work('quick', false)],
  });
  const running = playToFailure(first, 'go', { signal });
  await settled();
  abort(reason);
  const state = (await running).error.partial?.state;
  if (state === undefined) throw new Error('no state');

  const second = new SingleAgent({
    provider: scriptedModel([say('ok')]),
    tools: [work('slow', false), work('quick', false)],
  });
  const { result } = await play(second, { state: JSON.parse(JSON.stringify(state)) as RunState });
  expect(resultTexts(result)).toEqual(['slow', 'quick']);
  expect(ran).toEqual(['slow', 'quick', 'slow']);
});

const moments: readonly RunEvent['type'][] = [
  'run_start',
  'step_start',
  'tool_call_start',
  'tool_call_delta',
  'tool_call_end',
  'model_call',
  'tool_call_result',
  'step_end',
];

test.each(moments)('at the first `%s`: at most one event more, and the state can be resumed', async (moment) => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  const provider = scriptedModel([callTools(['a', 'echo']), say('never heard')]);
  let after = 0;
  const { error } = await playToFailure(new SingleAgent({ provider, tools: [echo] }), 'go', { signal }, ({ type }) => {
    if (signal.aborted) after++;
    else if (type === moment) abort(reason);
  });
  expect(error).toMatchObject({ code: 'cancelled', cause: reason });
  expect(after).toBeLessThanOrEqual(1);
  expect(tracked.listeners).toBe(0);
  expect(provider.openStreams).toBe(0);

  const state = error.partial?.state;
  if (state === undefined) throw new Error('no state');
  const rest = state.step === 0 ? [callTools(['a', 'echo']), say('ok')] : [say('ok')];
  const { result } = await play(new SingleAgent({ provider: scriptedModel(rest), tools: [echo] }), { state });
  expect(result).toMatchObject({ text: 'ok', steps: 2 });
});

test('at one of many results: those that are there too are kept, and not told any more', async () => {
  const { signal, abort } = trackedSignal();
  const provider = scriptedModel([callTools(['a', 'echo'], ['b', 'echo'], ['c', 'echo'])]);
  const told: string[] = [];
  const { error } = await playToFailure(
    new SingleAgent({ provider, tools: [echo] }),
    'go',
    { signal },
    async (event) => {
      if (event.type !== 'tool_call_result') return;
      told.push(event.toolCallId);
      await settled(); // by now all have ended
      abort(reason);
    },
  );
  expect(error.code).toBe('cancelled');
  expect(told).toEqual(['a']);
  expect(error.partial?.state?.toolResults.map(({ toolCallId }) => toolCallId)).toEqual(['a', 'b', 'c']);
});

test.each([1, 2, 3, 4])('while state number %d is saved', async (number) => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  let saves = 0;
  const provider = scriptedModel([callTools(['a', 'echo']), say('Done.')]);
  const { error } = await playToFailure(new SingleAgent({ provider, tools: [echo] }), 'go', {
    signal,
    onState: async () => {
      if (++saves === number) abort(reason);
      await settled();
    },
  });
  expect(error).toMatchObject({ code: 'cancelled', cause: reason });
  expect(error.partial?.state?.step).toBe(number < 4 ? 1 : 2);
  expect(tracked.listeners).toBe(0);
});

test('after the finish an abort does nothing', async () => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  const events: string[] = [];
  for await (const { type } of new SingleAgent({ provider: scriptedModel([say('ok')]) }).stream('go', { signal })) {
    events.push(type);
    if (type === 'finish') abort(reason);
  }
  expect(events.at(-1)).toBe('finish');
  expect(tracked.listeners).toBe(0);
});

test.each([
  ['prepareStep', { prepareStep: () => new Promise<undefined>(() => undefined) }],
  ['onStepEnd', { onStepEnd: () => new Promise<void>(() => undefined) }],
  ['stopWhen', { stopWhen: () => new Promise<boolean>(() => undefined) }],
  ['mcpServers', { mcpServers: [{ name: 'hanging', tools: () => new Promise<never>(() => undefined) }] }],
  ['router', { router: { route: () => new Promise<never>(() => undefined) } }],
  [
    'an output schema',
    {
      output: structuredOutput(z.object({}).refine(() => new Promise<boolean>(() => undefined))),
      provider: scriptedModel([say('{}')]),
    },
  ],
])('a %s that hangs does not hold an aborted run', async (_, options) => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  const provider = scriptedModel([callTools(['a', 'echo']), say('ok')]);
  const running = playToFailure(new SingleAgent({ provider, tools: [echo], ...options }), 'go', { signal });
  await settled();
  abort(reason);
  expect((await running).error).toMatchObject({ code: 'cancelled', cause: reason });
  expect(tracked.listeners).toBe(0);
});

test('a tool’s schema that hangs does not hold an aborted run', async () => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  const slow = tool({
    name: 'slow',
    inputSchema: z.object({}).refine(() => new Promise<boolean>(() => undefined)),
    execute: () => 'never',
  });
  const agent = new SingleAgent({ provider: scriptedModel([callTools(['a', 'slow'])]), tools: [slow] });
  const running = playToFailure(agent, 'go', { signal });
  await settled();
  abort(reason);
  expect((await running).error).toMatchObject({ code: 'cancelled', cause: reason });
  expect(tracked.listeners).toBe(0);
});

test('onState that hangs does not hold an aborted run', async () => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  const agent = new SingleAgent({ provider: scriptedModel([say('ok')]) });
  const running = playToFailure(agent, 'go', { signal, onState: () => new Promise<void>(() => undefined) });
  await settled();
  abort(reason);
  expect((await running).error).toMatchObject({ code: 'cancelled', cause: reason });
  expect(tracked.listeners).toBe(0);
});

test.each([undefined, 'a string', null, 0])('any reason (%j) is kept as the cause', async (given) => {
  const { signal, abort } = trackedSignal();
  const provider = scriptedModel([[text('Hm'), text('never')]]);
  const { error } = await playToFailure(new SingleAgent({ provider }), 'go', { signal }, ({ type }) => {
    if (type === 'text_delta') abort(given);
  });
  expect(error.code).toBe('cancelled');
  expect(error.cause).toBe(signal.reason);
});

test('a time limit of the caller is a cancellation too, with its reason', async () => {
  const agent = new SingleAgent({ provider: scriptedModel([[text('Hm'), untilAborted]]) });
  const { error } = await playToFailure(agent, 'go', { signal: AbortSignal.timeout(1) });
  expect(error).toMatchObject({ code: 'cancelled', cause: { name: 'TimeoutError' } });
});
