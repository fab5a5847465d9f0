import { estimateUsage, tool, user, type Guard, type Orchestrator, type Provider, type RunInput } from '@tako/core';
import { callTool, chunks, scriptedProvider, type Reply } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { AbMcts } from '../../src/ab-mcts/index.js';
import { Conductor } from '../../src/conductor/index.js';
import { dryRun, type AsksModels } from '../../src/dry-run/index.js';
import { SingleAgent, structuredOutput } from '../../src/index.js';
import { cascade, fallbackRouter, judgeRouter, routed, roundRobin } from '../../src/routers/index.js';
import { SelfCaller } from '../../src/self-caller/index.js';
import { Trinity, type RoleRouter } from '../../src/trinity/index.js';
import { cached, combine, exactly, llmJudge, majority, panel } from '../../src/verifiers/index.js';

/** The longest answer of every model here, in tokens. */
const maxOutputTokens = 60;
const price = { inputUsdPerMillion: 2, outputUsdPerMillion: 10 };
/** Empty lines: quoted, they are as long as a text can get. */
const longest = '\n'.repeat(4 * maxOutputTokens);

/** A model that uses up what it may: its answer is as long as can be, unless it must be of some form. */
function greedy(id: string, reply?: (shown: string) => string | Reply): Provider {
  return scriptedProvider(
    (request) => {
      const shown = JSON.stringify(request);
      const given = reply?.(shown) ?? longest;
      if (typeof given !== 'string') return given;
      const usage = estimateUsage(request, [{ type: 'text', text: given.padEnd(4 * maxOutputTokens, ' ') }]);
      return [chunks(given, 1), { type: 'usage', usage }];
    },
    { id, price, capabilities: { maxOutputTokens, contextTokens: 100_000 } },
  );
}

const refused = JSON.stringify({ feedback: 'Not good.', mark: 0 });
const judge = (): Provider => greedy('judge:1', () => refused);
/** Each draft is liked a little more than the one before, and none enough: no revision is spared. */
function hardToPlease(): Guard & AsksModels {
  let score = 0;
  return { asks: [], verify: () => ({ score: (score += 0.001), feedback: 'More.' }) };
}
const plan = (steps: number): string =>
  JSON.stringify({
    steps: Array.from({ length: steps }, (_, at) => ({ worker: 1, task: 'Go.', reads: at === 0 ? [] : [at] })),
  });

/** Plans only when it is asked for the last time: every repair is used. */
function lateCoordinator(repairs: number, steps: number): Provider {
  let asked = 0;
  return greedy('coordinator:1', () => (asked++ % (repairs + 1) === repairs ? plan(steps) : 'no plan'));
}
const workRefuse: RoleRouter & AsksModels = {
  asks: [],
  choose: ({ turns, agents }) => ({
    agent: agents[0] ?? '',
    role: turns.length % 2 ? 'thinker' : 'worker',
    reason: 'so',
  }),
};

const inner = (): SelfCaller =>
  new SelfCaller({ inner: greedy('w:1'), guard: hardToPlease(), patience: 99, maxDepth: 2 });

/** Orchestrators that use up all they may, with the number of their calls. */
const wasteful: readonly (readonly [string, () => Orchestrator, calls: number])[] = [
  ['an agent without tools', () => new SingleAgent({ provider: greedy('w:1') }), 1],
  [
    'an agent whose output never fits',
    () =>
      new SingleAgent({ provider: greedy('w:1'), output: structuredOutput({ type: 'object' }), maxOutputRepairs: 3 }),
    4,
  ],
  [
    'an agent that calls its tool on every turn',
    () =>
      new SingleAgent({
        provider: greedy('w:1', () => [callTool('look', {})]),
        tools: [tool({ name: 'look', execute: () => 'x'.repeat(5_000) })],
        maxSteps: 5,
      }),
    5,
  ],
  ['a SelfCaller', () => new SelfCaller({ inner: greedy('w:1'), guard: hardToPlease(), patience: 99 }), 4],
  [
    'a SelfCaller with a judge',
    () => new SelfCaller({ inner: greedy('w:1'), guard: llmJudge({ provider: judge() }), patience: 99, maxDepth: 5 }),
    12,
  ],
  [
    'a SelfCaller in a SelfCaller',
    () => new SelfCaller({ inner: inner(), guard: hardToPlease(), patience: 99, maxDepth: 4 }),
    3 + 3 + 3 + 2 + 1,
  ],
  ['an AbMcts', () => new AbMcts({ provider: greedy('w:1'), verifier: hardToPlease(), maxIterations: 6 }), 6],
  [
    'an AbMcts of SelfCallers with a judge',
    () => new AbMcts({ generators: { ann: inner() }, verifier: llmJudge({ provider: judge() }), maxIterations: 3 }),
    12,
  ],
  ['a Trinity', () => new Trinity({ agents: { ann: greedy('w:1') }, router: workRefuse }), 5],
  ['a Trinity of SelfCallers', () => new Trinity({ agents: { ann: inner() }, router: workRefuse, maxTurns: 3 }), 9],
  ['a Conductor', () => new Conductor({ coordinator: lateCoordinator(2, 6), workers: { ann: greedy('w:1') } }), 3 + 6],
  [
    'a Conductor with a verifier',
    () =>
      new Conductor({
        coordinator: lateCoordinator(1, 4),
        workers: { ann: greedy('w:1') },
        maxPlanRepairs: 1,
        maxSteps: 4,
        maxRounds: 3,
        verifier: llmJudge({ provider: judge() }),
      }),
    3 * (2 + 4 + 1),
  ],
  [
    'a Conductor of SelfCallers in a SelfCaller',
    () =>
      new SelfCaller({
        inner: new Conductor({
          coordinator: lateCoordinator(0, 2),
          workers: { ann: inner() },
          maxPlanRepairs: 0,
          maxSteps: 2,
        }),
        guard: hardToPlease(),
        patience: 99,
        maxDepth: 1,
      }),
    // The first draft leaves one revision to those inside, the second none.
    1 + 2 * 2 + (1 + 2 * 1),
  ],
  [
    'a limit',
    () => new SelfCaller({ inner: inner(), guard: hardToPlease(), patience: 99, limits: { maxCalls: 5 } }),
    5,
  ],
];

describe.each(wasteful)('%s that uses up all it may', (_, make, calls) => {
  test('makes exactly as many calls as were foretold, and costs no more', async () => {
    const input: RunInput = [user('Which supplier should we take, and why?')];
    const foretold = dryRun(make(), input);
    expect(foretold.unknown).toEqual([]);
    const result = await make()
      .run(input)
      .catch((error: { partial: { state: { calls: unknown[] }; costUsd: number } }) => ({
        calls: error.partial.state.calls,
        costUsd: error.partial.costUsd,
      }));
    expect([foretold.calls, result.calls.length]).toEqual([calls, calls]);
    expect(foretold.usd).toBeGreaterThanOrEqual(result.costUsd ?? Infinity);
    expect(foretold.usd, 'and it is of that order').toBeLessThan(300 * (result.costUsd ?? 0));
    const each = Object.values(foretold.byProvider);
    expect(each.reduce((sum, share) => sum + (share.calls ?? 0), 0)).toBeGreaterThanOrEqual(calls);
  });
});

test('the price of one call is exact', () => {
  const input = 'x'.repeat(396); // 99 tokens, and 4 for the message
  const usd: unknown = expect.closeTo((103 * 2 + 60 * 10) / 1e6, 12);
  expect(dryRun(greedy('w:1'), input)).toEqual({
    calls: 1,
    usd,
    byProvider: { 'w:1': { calls: 1, usd } },
    unknown: [],
    summary: 'at most 1 call, $0.0008\n  w:1: 1 call, $0.0008',
  });
  const asked = dryRun(greedy('w:1'), { messages: [user(input)], maxOutputTokens: 10 });
  expect(asked.usd).toBeCloseTo((103 * 2 + 10 * 10) / 1e6, 12);
});

describe('what is not known is said, and never nothing', () => {
  test('a price', () => {
    const { calls, usd, unknown, summary } = dryRun(scriptedProvider([], { id: 'x:1' }), 'Q');
    expect([calls, usd, unknown]).toEqual([1, undefined, ['x:1: its price is not known']]);
    expect(summary).toContain('at most 1 call, unknown price');
  });

  test('one price of several', () => {
    const agents = { ann: greedy('w:1'), bob: scriptedProvider([], { id: 'x:1' }) };
    const { calls, usd, byProvider } = dryRun(new Trinity({ agents, limits: { maxUsd: 1 } }), 'Q');
    expect([calls, usd]).toEqual([5, undefined]);
    expect(byProvider['w:1']?.usd).toBeGreaterThan(0);
    expect(byProvider['x:1']).toEqual({ calls: 5, usd: undefined });
  });

  test('the longest answer', () => {
    const model = scriptedProvider([], { id: 'x:1', price });
    expect(dryRun(model, 'Q').unknown).toEqual(['x:1: its longest answer is not known; set maxOutputTokens']);
    expect(dryRun(model, { messages: [user('Q')], maxOutputTokens: 5 }).usd).toBeCloseTo((5 * 2 + 5 * 10) / 1e6, 9);
    const free = scriptedProvider([], { id: 'x:1', price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } });
    expect(dryRun(free, 'Q')).toMatchObject({ usd: 0, unknown: [] });
  });

  test('a prompt that tools fill, where the context is not known', () => {
    const provider = scriptedProvider([], { id: 'x:1', price, capabilities: { maxOutputTokens: 10 } });
    const { calls, usd, unknown } = dryRun(
      new SingleAgent({ provider, tools: [tool({ name: 'a', execute: () => '' })] }),
      'Q',
    );
    expect([calls, usd]).toEqual([8, undefined]);
    expect(unknown[0]).toContain('its prompt may grow without end');
  });

  test('guards, routers and orchestrators of one’s own', () => {
    const guard: Guard = { verify: () => ({ score: 1 }) };
    expect(dryRun(new SelfCaller({ inner: greedy('w:1'), guard }), 'Q')).toMatchObject({
      calls: 4,
      unknown: ['a verifier: what it asks of models is not known'],
    });
    const own: Orchestrator = { ...inner(), kind: 'mine', contract: 1, stream: inner().stream, run: inner().run };
    expect(dryRun(own, 'Q')).toMatchObject({ calls: undefined, usd: undefined });
    const telling = { ...own, asks: [{ worker: greedy('w:1'), calls: 7 }] };
    expect(dryRun(telling, 'Q')).toMatchObject({ calls: 7, unknown: [] });
  });

  test('revisions without end, unless calls are limited', () => {
    const options = { inner: greedy('w:1'), guard: exactly('x'), maxDepth: Infinity };
    expect(dryRun(new SelfCaller(options), 'Q')).toMatchObject({ calls: undefined, usd: undefined });
    expect(dryRun(new SelfCaller({ ...options, limits: { maxCalls: 7 } }), 'Q').calls).toBe(7);
  });
});

test('a limit in dollars bounds the price, but for the call that is under way', () => {
  const make = (maxUsd?: number): SelfCaller =>
    new SelfCaller({ inner: greedy('w:1'), guard: exactly('x'), maxDepth: 50, limits: { maxUsd } });
  const { usd: free = 0, calls = 0 } = dryRun(make(), 'Q');
  const { usd = 0 } = dryRun(make(0.002), 'Q');
  expect(usd).toBeLessThan(free);
  expect(usd).toBeGreaterThan(0.002);
  expect(usd).toBeLessThanOrEqual(0.002 + (3 * free) / calls);
});

test('verifiers and routers of this package say what they ask', () => {
  const [one, two] = [greedy('j:1'), greedy('j:2')];
  const judging = llmJudge({ provider: one });
  const guards: [Guard, number][] = [
    [exactly('x'), 0],
    [judging, 1],
    [majority({ provider: two, samples: 4 }), 4],
    [panel({ judges: [judging, judging, llmJudge({ provider: two })] }), 3],
    [combine({ verifiers: [exactly('x'), cached(judging)] }), 1],
  ];
  for (const [guard, asked] of guards) {
    const foretold = dryRun(new SelfCaller({ inner: greedy('w:1'), guard, maxDepth: 1 }), 'Q');
    expect([foretold.calls, foretold.unknown]).toEqual([2 + 2 * asked, []]);
  }
  const judge1 = judgeRouter({ provider: one });
  const routers = [
    [roundRobin(), 1],
    [judge1, 2],
    [fallbackRouter({ order: [judge1, judge1, 'w:1'] }), 3],
  ] as const;
  for (const [router, calls] of routers) {
    const agent = new SingleAgent({ provider: greedy('w:1'), candidates: [greedy('w:2')], router });
    expect(dryRun(agent, 'Q')).toMatchObject({ calls, unknown: [] });
    const one1 = routed({ router, candidates: [greedy('w:1'), greedy('w:2')] });
    expect(dryRun(one1, 'Q')).toMatchObject({ calls, unknown: [] });
    expect(dryRun(new Trinity({ agents: { one1 } }), 'Q').calls).toBe(5 * calls);
  }
  const steps = [{ provider: greedy('w:1') }, { provider: greedy('w:2') }, { provider: greedy('w:3') }];
  expect(dryRun(cascade({ steps, verifier: judging }), 'Q')).toMatchObject({ calls: 3 + 2, unknown: [] });
});

test('input that cannot be run is invalid', () => {
  expect(() => dryRun(greedy('w:1'), [])).toThrow('pass a question');
});
