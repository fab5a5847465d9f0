import { isTakoError, type Guard } from '@tako/core';
import { chunks, fail, fakeClock, pause, scriptedProvider } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { SelfCaller } from '../../src/self-caller/index.js';
import { playRun, says, shownTo, speaker, toldText } from '../tree/speakers.js';

/** A model that gives these drafts, one after the other. */
function drafter(...drafts: readonly string[]): ReturnType<typeof speaker> {
  let given = 0;
  return speaker('inner:x', () => says(drafts[Math.min(given++, drafts.length - 1)] ?? ''));
}

/** A guard that knows the score of each draft. */
function knows(scores: Readonly<Record<string, number>>): Guard {
  return { verify: ({ text }) => ({ score: scores[text] ?? 0, feedback: `about ${text}` }) };
}

test('a draft that the guard likes is the answer', async () => {
  const inner = drafter('good');
  const { result, events } = await playRun(new SelfCaller({ inner, guard: knows({ good: 0.9 }) }), 'Q');
  expect(result).toMatchObject({ text: 'good', stopReason: 'final', steps: 1 });
  expect(toldText(events)).toBe('good');
});

test('the best draft is the result, not the last; usage and cost are those of all', async () => {
  const inner = drafter('a', 'b', 'c', 'd');
  const guard = knows({ a: 0.2, b: 0.6, c: 0.4, d: 0.5 });
  const { result, events } = await playRun(new SelfCaller({ inner, guard, patience: 9 }), 'Q');
  expect(result).toMatchObject({ text: 'b', stopReason: 'max_steps', steps: 4 });
  expect(result.usage).toMatchObject({ inputTokens: 40, outputTokens: 20 });
  expect(result.costUsd).toBeCloseTo(80);
  expect(toldText(events)).toBe('b');
  expect(events.flatMap((event) => (event.type === 'recursion' ? [[event.depth, event.score]] : []))).toEqual([
    [1, 0.2],
    [2, 0.6],
    [3, 0.4],
  ]);
});

test('a revision is asked for with draft, score and feedback', async () => {
  const inner = drafter('thin', 'good');
  await playRun(new SelfCaller({ inner, guard: knows({ thin: 0.25, good: 1 }) }), 'QUESTION');
  const shown = shownTo(inner.requests[1]);
  for (const words of ['QUESTION', 'thin', '0.25', 'about thin']) expect(shown).toContain(words);
});

test('it ends early when revisions bring nothing', async () => {
  const inner = drafter('a', 'b', 'c', 'd', 'e', 'f');
  const guard = knows({ a: 0.5, b: 0.1, c: 0.1 });
  const { result } = await playRun(new SelfCaller({ inner, guard, maxDepth: 5 }), 'Q');
  expect(result).toMatchObject({ text: 'a', steps: 3 });
});

test('nested, revisions are shared: they do not multiply', async () => {
  const model = drafter('x');
  const guard: Guard = { verify: () => ({ score: 0 }) };
  const inner = new SelfCaller({ inner: model, guard, patience: 9, maxDepth: 3 });
  await playRun(new SelfCaller({ inner, guard, patience: 9, maxDepth: 3 }), 'Q');
  expect(model.requests).toHaveLength(4 + 3 + 2 + 1);
});

describe('a guard', () => {
  test.each<[string, Guard]>([
    ['that throws', { verify: () => Promise.reject(new Error('boom')) }],
    ['that gives NaN', { verify: () => ({ score: Number.NaN }) }],
    ['that gives 2', { verify: () => ({ score: 2 }) }],
    ['that gives -1', { verify: () => ({ score: -1 }) }],
    ['that gives Infinity', { verify: () => ({ score: Infinity }) }],
    // What a guard without types may do.
    ['that gives nothing', { verify: () => undefined as unknown as { score: number } }],
  ])('%s ends the run with the draft and a warning', async (_, guard) => {
    const { result, events } = await playRun(new SelfCaller({ inner: drafter('draft'), guard }), 'Q');
    expect(result).toMatchObject({ text: 'draft', stopReason: 'guard' });
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'guard_failed' }));
    expect(result.usage.inputTokens).toBe(10);
  });

  test('may end a draft early on the growing text', async () => {
    const inner = scriptedProvider(() => [chunks('bad bad bad bad', 4)]);
    const guard: Guard = {
      verify: () => ({ score: 0.1 }),
      verifyPartial: ({ text }) => (text.length >= 6 ? { score: 0, isDecided: true } : undefined),
    };
    const { result, events } = await playRun(new SelfCaller({ inner, guard, maxDepth: 0 }), 'Q');
    expect(result.text.length).toBeLessThan(15);
    expect(events).toContainEqual(expect.objectContaining({ type: 'verifier_score', isPartial: true, score: 0 }));
    expect(result.usage.outputTokens).toBeGreaterThan(0);
  });
});

test('an inner one that fails at first is thrown; one that fails later leaves the best draft', async () => {
  const broken = scriptedProvider([[fail('rate_limited')]]);
  await expect(new SelfCaller({ inner: broken, guard: knows({}) }).run('Q')).rejects.toMatchObject({
    code: 'rate_limited',
  });
  const later = scriptedProvider([[chunks('first', 1)], [fail('overloaded')]]);
  const { result, events } = await playRun(new SelfCaller({ inner: later, guard: knows({ first: 0.3 }) }), 'Q');
  expect(result).toMatchObject({ text: 'first', stopReason: 'guard' });
  expect(events).toContainEqual(expect.objectContaining({ code: 'revision_failed' }));
});

test('a limit leaves the best draft so far', async () => {
  const inner = drafter('a', 'b', 'c');
  const guard = knows({ a: 0.4, b: 0.1 });
  const { result } = await playRun(new SelfCaller({ inner, guard, limits: { maxCalls: 2 } }), 'Q');
  expect(result).toMatchObject({ text: 'a', stopReason: 'budget' });
  const hanging = scriptedProvider(() => [pause(Infinity)]);
  const over = new SelfCaller({ inner: hanging, guard, limits: { timeoutMs: 20 } }).run('Q');
  await expect(over).rejects.toMatchObject({ code: 'timeout' });
});

test('resumed from every state that was saved, it comes to the same answer', async () => {
  const make = (): SelfCaller =>
    new SelfCaller({ inner: drafter('a', 'b', 'c', 'd'), guard: knows({ a: 0.1, b: 0.2, c: 0.3, d: 0.8 }) });
  const states: unknown[] = [];
  const whole = await make().run('Q', { onState: (state) => void states.push(structuredClone(state)) });
  expect(whole.text).toBe('d');
  expect(states.length).toBeGreaterThan(6);
  const last = states.at(-1) as typeof whole.state; // it was one when it was saved
  const inner = drafter('never');
  const again = await new SelfCaller({ inner, guard: knows({}) }).run({ state: last });
  expect(again.text).toBe('d');
  expect(inner.requests).toHaveLength(0);
  expect(again.usage).toEqual(whole.usage);
});

test('an abort in mid-draft is cancelled, paid for, and leaves no listener', async () => {
  const controller = new AbortController();
  const inner = scriptedProvider(() => [chunks('some text', 3), pause(Infinity)]);
  const running = (async () => {
    for await (const event of new SelfCaller({ inner, guard: knows({}) }).stream('Q', { signal: controller.signal })) {
      if (event.type === 'branch_event' && event.event.type === 'text_delta') controller.abort('enough');
    }
  })();
  const error: unknown = await running.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'cancelled', cause: 'enough' });
  expect(isTakoError(error) && error.partial?.state?.calls).toHaveLength(1);
});

test('wrong options are invalid', () => {
  const inner = drafter('x');
  const guard = knows({});
  expect(() => new SelfCaller({ inner, guard, minConfidence: 1.5 })).toThrow('minConfidence');
  expect(() => new SelfCaller({ inner, guard, maxDepth: -1 })).toThrow('maxDepth');
  expect(() => new SelfCaller({ inner, guard, patience: 0 })).toThrow('patience');
  expect(() => new SelfCaller({ inner, guard: undefined as never })).toThrow('pass a verifier');
});

test('a guard that fails on growing text is asked again when the draft is whole', async () => {
  const guard: Guard = {
    verify: () => ({ score: 1 }),
    verifyPartial: () => {
      throw new Error('not yet');
    },
  };
  const { result } = await playRun(new SelfCaller({ inner: drafter('good'), guard }), 'Q');
  expect(result).toMatchObject({ text: 'good', stopReason: 'final' });
});

test('a guard that hangs is given up after two minutes, and the draft is kept', async () => {
  const clock = fakeClock();
  const guard: Guard = { verify: () => new Promise(() => undefined) };
  const running = playRun(new SelfCaller({ inner: drafter('draft'), guard, clock }), 'Q');
  await clock.advance(120_000);
  const { result, events } = await running;
  expect(result).toMatchObject({ text: 'draft', stopReason: 'guard' });
  expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'guard_failed' }));
  expect(clock.timers).toBe(0);
});

test('a guard that hangs on growing text holds the draft up once, for ten seconds, and judges it when it is whole', async () => {
  const clock = fakeClock();
  let asked = 0;
  const guard: Guard = {
    verify: () => ({ score: 1 }),
    verifyPartial: () => {
      asked++;
      return new Promise(() => undefined);
    },
  };
  const inner = scriptedProvider(() => [chunks('one two three', 9)]);
  const running = playRun(new SelfCaller({ inner, guard, clock }), 'Q');
  await clock.advance(10_000);
  expect((await running).result).toMatchObject({ text: 'one two three', stopReason: 'final' });
  expect([asked, clock.timers]).toEqual([1, 0]);
});

test.each([Number.NaN, 2, -1])('a score of %d for growing text is none', async (score) => {
  const guard: Guard = { verify: () => ({ score: 1 }), verifyPartial: () => ({ score, isDecided: true }) };
  const { result, events } = await playRun(new SelfCaller({ inner: drafter('whole'), guard }), 'Q');
  expect(result.text).toBe('whole');
  expect(events.filter((event) => event.type === 'verifier_score' && event.isPartial)).toEqual([]);
});

test('of drafts that are alike the first is the result; an empty one may be the best', async () => {
  const alike = await playRun(new SelfCaller({ inner: drafter('a', 'b'), guard: knows({ a: 0.4, b: 0.4 }) }), 'Q');
  expect(alike.result.text).toBe('a');
  const empty: Guard = { verify: ({ text }) => ({ score: text === '' ? 0.5 : 0.1 }) };
  const { result, events } = await playRun(new SelfCaller({ inner: drafter('a', '', 'c'), guard: empty }), 'Q');
  expect(result.text).toBe('');
  expect(toldText(events)).toBe('');
});

test('a score of exactly minConfidence is enough', async () => {
  const inner = drafter('a', 'b');
  await playRun(new SelfCaller({ inner, guard: knows({ a: 0.7 }) }), 'Q');
  expect(inner.requests).toHaveLength(1);
});

test('what `revise` throws ends the run, with what was spent', async () => {
  const revise = (): string => {
    throw new Error('no words');
  };
  const error: unknown = await new SelfCaller({ inner: drafter('a'), guard: knows({}), revise })
    .run('Q')
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid' });
  expect(isTakoError(error) && error.partial?.usage?.inputTokens).toBe(10);
});

test('three nested take no more revisions of each draft than the outermost has left', async () => {
  const model = drafter('x');
  const guard: Guard = { verify: () => ({ score: 0 }) };
  const inner = new SelfCaller({ inner: model, guard, patience: 9, maxDepth: 9 });
  const middle = new SelfCaller({ inner, guard, patience: 9, maxDepth: 9 });
  await playRun(new SelfCaller({ inner: middle, guard, patience: 9, maxDepth: 1 }), 'Q');
  // The first draft of the outermost: two of the middle one, of two and of one. The second: one.
  expect(model.requests).toHaveLength(2 + 1 + 1);
});
