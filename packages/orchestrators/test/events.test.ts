import { providerError, tool, unknownCapabilities, type RunEvent } from '@tako/core';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent, structuredOutput } from '../src/index.js';
import { expectEventOrder } from './event-order.js';
import { only, play, playToFailure } from './play.js';
import { callTools, finish, price, say, scriptedModel, text, usagePerAnswer, type Piece } from './scripted-model.js';

const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => input });
const script = (): Piece[][] => [
  [{ type: 'reasoning_delta', index: 0, text: 'Hm.' }, ...callTools(['a', 'echo', '{"n":1}']).map(oneLater)],
  [text('It is '), text('1.'), finish()],
];

function oneLater(piece: Piece): Piece {
  return typeof piece === 'object' && 'index' in piece ? { ...piece, index: piece.index + 1 } : piece;
}

test('the order that `RunEvent` promises, event by event', async () => {
  const { events } = await play(new SingleAgent({ provider: scriptedModel(script()), tools: [echo] }), 'go', {
    runId: 'r',
  });
  const places = events.map((event) => ('step' in event ? `${event.step} ${event.type}` : event.type));
  expect(places).toEqual([
    'run_start',
    '0 step_start',
    '0 reasoning_delta',
    '0 tool_call_start',
    '0 tool_call_delta',
    '0 tool_call_delta',
    '0 tool_call_end',
    '0 model_call',
    '0 tool_call_result',
    '0 step_end',
    '1 step_start',
    '1 text_delta',
    '1 text_delta',
    '1 model_call',
    '1 step_end',
    'finish',
  ]);
  expect(events[0]).toEqual({ type: 'run_start', runId: 'r', kind: 'single_agent' });
});

test('run equals the drained stream', async () => {
  const agent = () =>
    new SingleAgent({
      provider: scriptedModel(script()),
      tools: [echo],
      clock: { now: () => 0, after: () => () => undefined },
    });
  const { result } = await play(agent(), 'go', { runId: 'r' });
  expect(await agent().run('go', { runId: 'r' })).toEqual(result);
});

test('run and stream fail alike', async () => {
  const agent = () => new SingleAgent({ provider: scriptedModel([[text('Hm'), providerError('overloaded', 'busy')]]) });
  const { error } = await playToFailure(agent(), 'go');
  await expect(agent().run('go')).rejects.toMatchObject({ code: error.code, message: error.message });
});

test('a try that failed before the answer is told and counted', async () => {
  const failed = {
    type: 'attempt',
    providerId: 'test:first',
    usage: { inputTokens: 4, outputTokens: 0 },
    costUsd: 4,
    error: 'overloaded',
  } as const;
  const start = { type: 'start', answeredBy: { id: 'test:second', price } } as const;
  const { result, events } = await play(
    new SingleAgent({ provider: scriptedModel([[failed, start, ...say('ok')]]) }),
    'go',
  );
  expect(only(events, 'model_call').map(({ call }) => [call.providerId, call.error])).toEqual([
    ['test:first', 'overloaded'],
    ['test:second', undefined],
  ]);
  expect(result).toMatchObject({ usage: { inputTokens: 14, outputTokens: 5 }, costUsd: 24, steps: 1 });
});

test('usage and cost are the sum of all calls', async () => {
  const provider = scriptedModel([
    [
      ...callTools(['a', 'echo']).slice(0, -1),
      finish('tool_calls', { inputTokens: 10, outputTokens: 5, cachedInputTokens: 3 }),
    ],
    [
      ...callTools(['b', 'echo']).slice(0, -1),
      finish('tool_calls', { inputTokens: 20, outputTokens: 5, reasoningTokens: 2 }),
    ],
    say('ok'),
  ]);
  const { result, events } = await play(new SingleAgent({ provider, tools: [echo] }), 'go');
  expect(result.usage).toEqual({ inputTokens: 40, outputTokens: 15, cachedInputTokens: 3, reasoningTokens: 2 });
  expect(result.costUsd).toBe(70);
  expect(only(events, 'step_end').map(({ costUsd }) => costUsd)).toEqual([20, 50, 70]);
  expect(result.calls.map(({ step, finishReason }) => [step, finishReason])).toEqual([
    [0, 'tool_calls'],
    [1, 'tool_calls'],
    [2, 'stop'],
  ]);
});

test('usage that the vendor did not tell is estimated, and says so', async () => {
  const { result } = await play(
    new SingleAgent({ provider: scriptedModel([[text('12345678'), { type: 'finish', finishReason: 'stop' }]]) }),
    'go',
  );
  expect(result.usage).toEqual({ inputTokens: 5, outputTokens: 2, estimated: true });
  expect(result.costUsd).toBe(9);
});

test('without a price the cost is not known, and never counted as zero', async () => {
  const { result, events } = await play(
    new SingleAgent({ provider: scriptedModel([say('ok')], { price: null }) }),
    'go',
  );
  expect(result.costUsd).toBeUndefined();
  expect(result.usage).toEqual(usagePerAnswer);
  expect(only(events, 'step_end')[0]?.costUsd).toBeUndefined();
  expect(result.state).not.toHaveProperty('costUsd');
});

test('one call without a price makes the cost of the run unknown, also after it is resumed', async () => {
  const dear = scriptedModel([callTools(['a', 'echo'])], { id: 'test:priced' });
  const free = scriptedModel([callTools(['b', 'echo'])], { id: 'test:unpriced', price: null });
  const agent = (candidates: (typeof dear)[], maxSteps: number) =>
    new SingleAgent({
      provider: scriptedModel([say('ok')], { id: 'test:last' }),
      candidates,
      tools: [echo],
      maxSteps,
      router: {
        route: ({ step }) => ({ providerId: ['test:priced', 'test:unpriced', 'test:last'][step] ?? '', reason: '' }),
      },
    });
  const first = await play(agent([dear, free], 2), 'go');
  expect(first.result).toMatchObject({ stopReason: 'max_steps', costUsd: undefined });
  const { result } = await play(agent([], 3), { state: first.result.state });
  expect(result).toMatchObject({ stopReason: 'final', costUsd: undefined });
  expect(result.calls.map(({ costUsd }) => costUsd)).toEqual([20, undefined, 20]);
});

test('a price of zero is known', async () => {
  const provider = scriptedModel([say('ok')], { price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } });
  expect((await play(new SingleAgent({ provider }), 'go')).result.costUsd).toBe(0);
});

test('durations come from the clock', async () => {
  let nowMs = 0;
  const clock = { now: () => nowMs, after: () => () => undefined };
  const provider = scriptedModel([[() => (nowMs += 30), ...callTools(['a', 'slow'])], say('ok')]);
  const slow = tool({ name: 'slow', execute: () => void (nowMs += 7) });
  const { events } = await play(new SingleAgent({ provider, tools: [slow], clock }), 'go');
  expect(only(events, 'model_call').map(({ call }) => call.durationMs)).toEqual([30, 0]);
  expect(only(events, 'tool_call_result').map(({ durationMs }) => durationMs)).toEqual([7]);
});

test('the checker of the order can fail', async () => {
  const { events } = await play(new SingleAgent({ provider: scriptedModel(script()), tools: [echo] }), 'go');
  const doubled = events.flatMap((event) => Array<RunEvent>(event.type === 'tool_call_result' ? 2 : 1).fill(event));
  const inBytes = events.map((event): RunEvent =>
    event.type === 'tool_call_result'
      ? { ...event, content: [{ type: 'image', mimeType: 'x', data: new Uint8Array(1) }] }
      : event,
  );
  const inOneStep = events.map((event) => (event.type === 'step_start' ? { ...event, step: 0 } : event));
  const lost = events.filter((event) => event.type !== 'tool_call_delta' || event.argumentsDelta !== '{"n"');
  const broken: (readonly [events: readonly RunEvent[], complaint: string])[] = [
    [events.filter(({ type }) => type !== 'model_call'), 'does not come here'],
    [doubled, 'a call has one result'],
    [[...events, ...events.slice(-1)], 'does not come here'],
    [inOneStep, 'steps count up'],
    [inBytes, 'is plain JSON'],
    [lost, 'the deltas joined'],
  ];
  for (const [wrong, complaint] of broken) expect(() => expectEventOrder(wrong)).toThrow(complaint);
});

test('events of an output are plain JSON too', async () => {
  const provider = scriptedModel([say('{"n":1}')], { capabilities: { ...unknownCapabilities } });
  const { events } = await play(
    new SingleAgent({ provider, output: structuredOutput(z.object({ n: z.number() })) }),
    'go',
  );
  expect(only(events, 'output_partial').length).toBeGreaterThan(0);
});
