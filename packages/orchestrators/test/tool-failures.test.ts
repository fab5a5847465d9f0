import { providerError, tool, type ToolContext } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { SingleAgent } from '../src/index.js';
import { settled } from './gate.js';
import { only, play, resultTexts } from './play.js';
import { callTools, say, scriptedModel } from './scripted-model.js';

const failures: readonly [name: string, execute: () => unknown, told: string][] = [
  [
    'at once',
    () => {
      throw new Error('no such city');
    },
    'The tool failed: no such city',
  ],
  ['later', () => Promise.reject(new Error('no such city')), 'The tool failed: no such city'],
  // oxlint-disable-next-line prefer-promise-reject-errors -- what foreign code does
  ['with no Error', () => Promise.reject('just text'), 'The tool failed: just text'],
  // oxlint-disable-next-line prefer-promise-reject-errors -- what foreign code does
  ['with nothing', () => Promise.reject(undefined), 'The tool failed: undefined'],
  [
    'with a TakoError',
    () => {
      throw providerError('rate_limited', 'slow down');
    },
    'The tool failed (rate_limited): slow down',
  ],
  [
    // A sub-agent's budget is that tool's affair.
    'with a code that would end a run',
    () => Promise.reject(providerError('budget_exhausted', 'nothing left')),
    'The tool failed (budget_exhausted): nothing left',
  ],
  [
    'with `cancelled` of its own',
    () => Promise.reject(providerError('cancelled', 'gave up')),
    'The tool failed (cancelled): gave up',
  ],
];

test.each(failures)('a tool that throws %s becomes an error result, and the run goes on', async (_, execute, told) => {
  const fine = tool({ name: 'fine', execute: () => 'fine' });
  const bad = tool({ name: 'bad', execute });
  const model = scriptedModel([callTools(['a', 'bad'], ['b', 'fine']), say('I see.')]);

  const { events, result } = await play(new SingleAgent({ provider: model, tools: [fine, bad] }), 'go');

  expect(resultTexts(result)).toEqual([told, 'fine']);
  expect(result.messages[2]?.content).toMatchObject([{ toolCallId: 'a', isError: true }, { toolCallId: 'b' }]);
  expect(only(events, 'tool_call_result').find(({ toolCallId }) => toolCallId === 'a')?.isError).toBe(true);
  expect(result.stopReason).toBe('final');
});

test('a tool that hangs is given up after its time, and told by its signal', async () => {
  const clock = fakeClock();
  const tracked = trackedSignal();
  const { signal } = tracked;
  let context: ToolContext | undefined;
  const hang = tool({
    name: 'hang',
    timeoutMs: 250,
    execute: (_, given) => {
      context = given;
      return new Promise(() => undefined);
    },
  });
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'hang']), say('ok')]),
    tools: [hang],
    clock,
  });

  const playing = play(agent, 'go', { signal });
  await settled();
  await clock.advance(249);
  expect(context?.call.signal.aborted).toBe(false);
  await clock.advance(1);
  const { events, result } = await playing;

  expect(context?.call.signal.aborted).toBe(true);
  expect(context?.call.signal.reason).toMatchObject({ code: 'timeout' });
  expect(resultTexts(result)).toEqual(['The tool failed (timeout): the tool "hang" was not done within 250 ms']);
  expect(only(events, 'tool_call_result')).toMatchObject([{ isError: true, durationMs: 250 }]);
  expect(clock.timers).toBe(0);
  expect(tracked.listeners).toBe(0);
  expect(signal.aborted).toBe(false);
});

test('the agent has a limit for tools that have none', async () => {
  const clock = fakeClock();
  const hang = tool({ name: 'hang', execute: () => new Promise(() => undefined) });
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'hang']), say('ok')]),
    tools: [hang],
    clock,
    toolTimeoutMs: 1_000,
  });
  const playing = play(agent, 'go');
  await settled();
  await clock.advance(1_000);
  expect(resultTexts((await playing).result)[0]).toContain('within 1000 ms');
});

test('a tool that ends in time leaves no timer, and one that ends late is not heard any more', async () => {
  const clock = fakeClock();
  let endLate: (value: string) => void = () => undefined;
  const late = tool({
    name: 'late',
    execute: () =>
      new Promise((resolve) => {
        endLate = resolve;
      }),
  });
  const quick = tool({ name: 'quick', execute: () => 'quick' });
  const endsIt = async (): Promise<void> => {
    endLate('too late');
    await settled();
  };
  const model = scriptedModel([callTools(['a', 'late'], ['b', 'quick']), [endsIt, ...say('ok')]]);
  const playing = play(new SingleAgent({ provider: model, tools: [late, quick], clock }), 'go');
  await settled();
  expect(clock.timers).toBe(1);
  await clock.advance(60_000);
  const { result } = await playing;
  expect(resultTexts(result)).toEqual([expect.stringContaining('timeout'), 'quick']);
  expect(clock.timers).toBe(0);
});

test.each([Infinity, 2 ** 31, 90 * 24 * 3_600_000])('a limit of %d ms does not pass at once', async (toolTimeoutMs) => {
  const slow = tool({
    name: 'slow',
    execute: async () => {
      // The platform's timer fires an overflow after 1 ms.
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      return 'fine';
    },
  });
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'slow']), say('ok')]),
    tools: [slow],
    toolTimeoutMs,
  });
  expect(resultTexts(await agent.run('go'))).toEqual(['fine']);
});

test('a tool that nobody has is named to the model, with those that there are', async () => {
  const model = scriptedModel([callTools(['a', 'wether'], ['b', '']), say('ok')]);
  const tools = [tool({ name: 'weather' }), tool({ name: 'time' })];
  const { result } = await play(new SingleAgent({ provider: model, tools }), 'go');
  expect(resultTexts(result)).toEqual([
    'There is no tool "wether". The tools are: weather, time.',
    'There is no tool "". The tools are: weather, time.',
  ]);
  expect(result.stopReason).toBe('final');
});

test('names of the prototype are no tools', async () => {
  const model = scriptedModel([callTools(['a', 'constructor'], ['b', '__proto__']), say('ok')]);
  const { result } = await play(new SingleAgent({ provider: model }), 'go');
  expect(resultTexts(result)).toEqual([
    'There is no tool "constructor". The tools are: none.',
    'There is no tool "__proto__". The tools are: none.',
  ]);
});
