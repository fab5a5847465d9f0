import { isTakoError, type Guard, type Orchestrator } from '@tako/core';
import { fakeClock, pause, scriptedProvider, trackedSignal } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { Conductor } from '../../src/conductor/index.js';
import { SingleAgent } from '../../src/index.js';
import { cascade } from '../../src/routers/index.js';
import { SelfCaller, type Limits } from '../../src/self-caller/index.js';
import { Trinity } from '../../src/trinity/index.js';
import { planner, playRun, says, speaker, toldText } from './speakers.js';

/** No draft is good enough, but the second is the best. */
const guard: Guard = { verify: ({ text }) => ({ score: text === 'draft 2' ? 0.5 : 0.1 }) };

/** Its drafts are numbered; each uses 15 tokens and costs 20 USD. */
function drafter(): ReturnType<typeof speaker> {
  let drafts = 0;
  return speaker('inner:x', () => says(`draft ${++drafts}`));
}

function revising(inner: ReturnType<typeof speaker> | Orchestrator, limits: Limits): SelfCaller {
  return new SelfCaller({ inner, guard, maxDepth: 9, patience: 9, limits });
}

describe('what is under way when a limit is reached ends, and nothing is begun after it', () => {
  test.each<[Limits, calls: number, text: string]>([
    [{ maxCalls: 1 }, 1, 'draft 1'],
    [{ maxCalls: 3 }, 3, 'draft 2'],
    [{ maxTokens: 1 }, 1, 'draft 1'],
    [{ maxTokens: 30 }, 2, 'draft 2'],
    [{ maxTokens: 31 }, 3, 'draft 2'],
    [{ maxUsd: 0.01 }, 1, 'draft 1'],
    [{ maxUsd: 60 }, 3, 'draft 2'],
    [{ maxCalls: 9, maxTokens: 100, maxUsd: 40 }, 2, 'draft 2'],
  ])('%j', async (limits, calls, text) => {
    const inner = drafter();
    const { result, events } = await playRun(revising(inner, limits), 'Q');
    expect(result).toMatchObject({ text, stopReason: 'budget' });
    expect(inner.requests).toHaveLength(calls);
    expect(result.calls.filter(({ error }) => error === undefined)).toHaveLength(calls);
    expect(toldText(events), 'who reads along gets the answer too').toBe(text);
  });
});

test('a limit that is reached before there is an answer says which', async () => {
  const agents = { ann: speaker('a:ann', () => says('PLAN')) };
  const run = new Trinity({ agents, limits: { maxCalls: 1 } }).run('Q');
  await expect(run).rejects.toMatchObject({
    code: 'budget_exhausted',
    source: 'limits',
    details: { limit: 'maxCalls', allowed: 1, used: 1 },
  });
});

test('a provider that asks several counts for each of them', async () => {
  const steps = [{ provider: drafter() }, { provider: drafter() }];
  const refusing: Guard = { verify: () => ({ score: 0 }) };
  const inner = cascade({ steps, verifier: refusing });
  const { result } = await playRun(
    new SelfCaller({ inner, guard, maxDepth: 9, patience: 9, limits: { maxCalls: 3 } }),
    'Q',
  );
  expect(result.stopReason).toBe('budget');
  // Two for the first draft, two for the second, which was begun with one call left.
  expect(steps.map(({ provider }) => provider.requests.length)).toEqual([2, 2]);
});

test('limits are those of the whole tree, however deep', async () => {
  const inner = drafter();
  const deep = revising(revising(new SingleAgent({ provider: inner }), {}), { maxCalls: 3 });
  const { result } = await playRun(deep, 'Q');
  expect(inner.requests).toHaveLength(3);
  expect(result.stopReason).toBe('budget');
});

test('what a limit leaves of a draft counts, where there is no other', async () => {
  const inner = drafter();
  const { result, events } = await playRun(revising(revising(inner, {}), { maxCalls: 2 }), 'Q');
  expect(result).toMatchObject({ text: 'draft 2', stopReason: 'budget' });
  expect(toldText(events)).toBe('draft 2');
});

test.each([
  ['is streamed', undefined],
  ['is held back for a verifier', guard],
])("what a limit leaves of the last step's answer counts, where it %s", async (_, verifier) => {
  const plan = { steps: [{ worker: 1, task: 'Draft it.', reads: [] }] };
  const workers = { ann: revising(drafter(), {}) };
  const conductor = new Conductor({ coordinator: planner(plan), workers, verifier, limits: { maxCalls: 2 } });
  const { result } = await playRun(conductor, 'Q');
  expect(result).toMatchObject({ text: 'draft 1', stopReason: 'budget' });
});

test('what a limit leaves of an earlier step is no answer', async () => {
  const steps = [
    { worker: 1, task: 'Draft it.', reads: [] },
    { worker: 1, task: 'Say it.', reads: [1] },
  ];
  const workers = { ann: revising(drafter(), {}) };
  const run = new Conductor({ coordinator: planner({ steps }), workers, verifier: guard, limits: { maxCalls: 2 } });
  await expect(run.run('Q')).rejects.toMatchObject({ code: 'budget_exhausted' });
});

test('a plan that a limit cut off is no answer', async () => {
  const thinker = new SelfCaller({ inner: speaker('a:x', () => says('PLAN')), guard });
  const run = new Trinity({ agents: { thinker }, limits: { maxCalls: 1 } }).run('Q');
  await expect(run).rejects.toMatchObject({ code: 'budget_exhausted' });
});

test('calls of the run before it was resumed count', async () => {
  const states: string[] = [];
  await revising(drafter(), { maxCalls: 2 }).run('Q', { onState: (state) => void states.push(JSON.stringify(state)) });
  const inner = drafter();
  const state = JSON.parse(states.at(-1) ?? '') as never; // it was one when it was saved
  await expect(revising(inner, { maxCalls: 2 }).run({ state })).resolves.toMatchObject({ stopReason: 'budget' });
  expect(inner.requests).toHaveLength(0);
});

describe('time', () => {
  /** Drafts once, and hangs then. */
  function hanging(): ReturnType<typeof speaker> {
    let drafts = 0;
    return speaker('inner:x', () => (drafts++ === 0 ? says('draft 1') : [pause(Infinity)]));
  }

  test('when it is over everything stops, and the best draft is the result', async () => {
    const clock = fakeClock();
    const tracked = trackedSignal();
    const caller = new SelfCaller({ inner: hanging(), guard, limits: { timeoutMs: 500 }, clock });
    const running = caller.run('Q', { signal: tracked.signal });
    await clock.advance(499);
    expect(tracked.listeners).toBeGreaterThan(0);
    await clock.advance(1);
    expect(await running).toMatchObject({ text: 'draft 1', stopReason: 'budget' });
    expect([tracked.listeners, clock.timers]).toEqual([0, 0]);
  });

  test('a model that does not listen is waited for a second more, and is booked', async () => {
    const clock = fakeClock();
    const deaf = {
      ...scriptedProvider([]),
      async *stream() {
        yield { type: 'text_delta', index: 0, text: 'never ending' } as const;
        await new Promise(() => undefined);
      },
    };
    const running = new SelfCaller({ inner: deaf, guard, limits: { timeoutMs: 500 }, clock }).run('Q');
    const error: unknown = await Promise.all([running.catch((thrown: unknown) => thrown), clock.advance(1_500)]).then(
      ([thrown]) => thrown,
    );
    expect(error).toMatchObject({ code: 'timeout' });
    expect(isTakoError(error) && error.partial?.state?.calls).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });
});

describe('depth', () => {
  const content: Guard = { verify: () => ({ score: 1 }) };
  const nested = (levels: number): Orchestrator =>
    levels === 0
      ? new SingleAgent({ provider: drafter() })
      : new SelfCaller({ inner: nested(levels - 1), guard: content });

  test.each([1, 2, 5])('%d levels of runs are enough for as many', async (levels) => {
    const most = new SelfCaller({ inner: nested(levels - 1), guard: content, limits: { maxDepth: levels } });
    await expect(most.run('Q')).resolves.toMatchObject({ stopReason: 'final' });
  });

  test.each([2, 5])('%d levels are too many for one less, and no model is asked', async (levels) => {
    const inner = drafter();
    let worker: Orchestrator = new SelfCaller({ inner, guard });
    for (let level = 2; level < levels; level++) worker = new SelfCaller({ inner: worker, guard });
    const run = new SelfCaller({ inner: worker, guard, limits: { maxDepth: levels - 1 } }).run('Q');
    await expect(run).rejects.toMatchObject({ code: 'budget_exhausted', details: { limit: 'maxDepth' } });
    expect(inner.requests).toHaveLength(0);
  });

  test('a run inside cannot give itself more', async () => {
    const inner = new SelfCaller({ inner: drafter(), guard, limits: { maxDepth: 100 } });
    const run = new SelfCaller({ inner, guard, limits: { maxDepth: 1 } }).run('Q');
    await expect(run).rejects.toMatchObject({ details: { limit: 'maxDepth' } });
  });

  test('eight where nothing is said', async () => {
    await expect(nested(8).run('Q')).resolves.toMatchObject({ text: 'draft 1' });
    await expect(nested(9).run('Q')).rejects.toMatchObject({ details: { limit: 'maxDepth' } });
  });
});

test.each(['maxCalls', 'maxTokens', 'maxUsd', 'timeoutMs', 'maxDepth'])('%s must be above 0', (name) => {
  for (const value of [0, -1, Number.NaN]) {
    expect(() => revising(drafter(), { [name]: value })).toThrow(`limits.${name} must be above 0`);
  }
});
