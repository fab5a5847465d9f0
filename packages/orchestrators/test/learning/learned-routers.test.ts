import { call, type JsonValue, type Outcome } from '@tako/core';
import { fakeClock } from '@tako/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  banditRouter,
  clusterRouter,
  clusterTable,
  hashedNgrams,
  headNeed,
  headRouter,
  knnRouter,
  thresholdRouter,
  trainHead,
  type RoutingTask,
} from '../../src/learning/index.js';
import type { LearningRouter } from '../../src/routers/index.js';
import { candidate, choices, route } from '../routing/pool.js';

const ids = ['poet:1', 'coder:1', 'clerk:1'];
const pool = ids.map((id, at) => candidate(id, at + 1));
const clock = fakeClock();
const encoder = hashedNgrams({ dimensions: 32 });
const about = [
  'write a poem about spring and love',
  'fix the loop in this python function',
  'file the tax form of last year',
];

/** Each is right at its own kind of task. */
const tasks: RoutingTask[] = Array.from({ length: 60 }, (_, at) => ({
  text: `${about[at % 3] ?? ''} ${at}`,
  outcomes: Object.fromEntries(ids.map((id, member) => [id, { score: member === at % 3 ? 1 : 0.2, costUsd: member }])),
}));
const { weights } = await trainHead({ pool: ids, tasks, encoder });
const table = clusterTable({ pool: ids, tasks, encoder, clusters: 3 });
const score = headNeed({ weights, encoder, strong: 'coder:1', weak: 'poet:1' });
const pair = { strong: 'coder:1', weak: 'poet:1', score };

const kinds: Record<string, (initialState?: JsonValue) => LearningRouter> = {
  head: (initialState) => headRouter({ weights, encoder, clock, initialState }),
  cluster: (initialState) => clusterRouter({ table, encoder, clock, initialState }),
  knn: (initialState) => knnRouter({ pool: ids, tasks: tasks.slice(0, 12), encoder, clock, initialState }),
  threshold: (initialState) => thresholdRouter({ ...pair, share: 0.4, clock, initialState }),
  thompson: (initialState) => banditRouter({ pool: ids, encoder, clock, initialState }),
  linucb: (initialState) => banditRouter({ pool: ids, kind: 'linucb', encoder, clock, initialState }),
  epsilon: (initialState) => banditRouter({ pool: ids, kind: 'epsilon', explore: 0.5, encoder, clock, initialState }),
};
const figure = fc.oneof(fc.double(), fc.constantFrom(0, 0.5, 1, -1, 2, Number.NaN, Infinity, -Infinity));
const outcome: fc.Arbitrary<Outcome> = fc.record(
  {
    providerId: fc.constantFrom(...ids, 'stranger:1', '__proto__', ''),
    features: fc.oneof(fc.constant([...encoder('a poem')]), fc.constant([]), fc.array(figure, { maxLength: 40 })),
    request: fc.constant(route([], 'fix the loop').request),
    score: figure,
    costUsd: figure,
    latencyMs: figure,
    error: fc.constantFrom('invalid' as const, 'cancelled' as const),
  },
  { requiredKeys: ['providerId'] },
);

test.for(Object.entries(kinds))(
  '%s: no outcome breaks it, and its state as JSON is all that it knows',
  async ([, make]) => {
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { maxLength: 15 }), fc.nat({ max: 4 }), async (outcomes, before) => {
        const router = make();
        for (const each of outcomes) router.learn(each);
        await choices(router, route(pool, about[0]), before);
        const restored = make(JSON.parse(JSON.stringify(router.state())));
        for (const text of about) {
          expect(await choices(restored, route(pool, text), 2)).toEqual(await choices(router, route(pool, text), 2));
        }
      }),
      { numRuns: 60 },
    );
  },
);

test.for(Object.entries(kinds))('%s: no saved state breaks it', async ([, make]) => {
  const whole = make().state();
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const own = Object(whole['own']) as Record<string, JsonValue>; // the state of a router is an object
      // What says whose it is stays; all else is what somebody has stored.
      const kept = ['pool', 'features', 'bandit', 'table', 'checksum', 'strong', 'weak'];
      const broken = Object.keys(own).map((name) => [name, kept.includes(name) ? own[name] : value]);
      const initialState = JSON.parse(JSON.stringify({ ...whole, own: Object.fromEntries(broken) }));
      const [chosen] = await choices(make(initialState), route(pool), 1);
      expect(ids).toContain(chosen);
    }),
    { numRuns: 60 },
  );
});

test.for(['head', 'cluster', 'knn'])('%s sends each task to who is good at it, and says what it saw', async (name) => {
  const router = kinds[name]?.();
  for (const [at, text] of about.entries()) {
    const chosen = await router?.route(route(pool, text), call());
    expect(chosen).toMatchObject({ providerId: ids[at], features: [...encoder(text)] });
    expect(chosen?.confidence).toBeGreaterThan(0.3);
  }
});

test.for(['head', 'cluster', 'knn', 'thompson'])(
  '%s chooses among those who can, and refuses whom it does not know',
  async (name) => {
    const router = kinds[name]?.();
    if (router === undefined) throw new Error('no router');
    const blind = pool.map((one, at) => (at === 1 ? candidate('coder:1', 1, { contextTokens: 1 }) : one));
    expect(await choices(router, route(blind, about[1]), 3)).not.toContain('coder:1');
    await expect(router.route(route([...pool, candidate('new:1')]), call())).rejects.toMatchObject({ code: 'invalid' });
  },
);

test.for(['thompson', 'linucb', 'epsilon'])('%s learns who is good at what', async (name) => {
  const router = kinds[name]?.();
  if (router === undefined) throw new Error('no router');
  for (let at = 0; at < 600; at++) {
    const text = `${about[at % 3] ?? ''} ${at}`;
    const { providerId, features } = await router.route(route(pool, text), call());
    router.learn({ providerId, features, score: providerId === ids[at % 3] ? 1 : 0.2 });
  }
  const routes = await Promise.all(
    Array.from({ length: 60 }, (_, at) => router.route(route(pool, `${about[at % 3] ?? ''} ${at}`), call())),
  );
  const right = routes.filter(({ providerId }, at) => providerId === ids[at % 3]).length;
  expect(right).toBeGreaterThan(name === 'epsilon' ? 30 : 50);
});

test('a pessimistic bandit stays with its default while others only lose', async () => {
  const router = banditRouter({ pool: ids, encoder, explore: 5 });
  const careless = banditRouter({ pool: ids, encoder, explore: 5, gate: 'none' });
  const losses = [0, 0];
  for (let at = 0; at < 400; at++) {
    for (const [which, each] of [router, careless].entries()) {
      const { providerId, features } = await each.route(route(pool, about[at % 3]), call());
      const lost = providerId === 'poet:1' ? 0 : 1;
      losses[which] = (losses[which] ?? 0) + lost;
      each.learn({ providerId, features, score: 1 - lost });
    }
  }
  const [careful = 0, without = 0] = losses;
  expect(careful).toBeLessThan(35);
  expect(without).toBeGreaterThan(careful);
});

test('money counts where it is told to', async () => {
  const alike = tasks.map(({ text }) => ({
    text,
    outcomes: Object.fromEntries(ids.map((id, at) => [id, { score: 1 - at / 100, costUsd: 3 - at }])),
  }));
  for (const costWeight of [0, 1]) {
    const wanted = costWeight === 0 ? 'poet:1' : 'clerk:1';
    const knn = knnRouter({ pool: ids, tasks: alike, encoder, costWeight });
    const cluster = clusterRouter({ table: clusterTable({ pool: ids, tasks: alike, encoder }), encoder, costWeight });
    const head = headRouter({
      weights: (await trainHead({ pool: ids, tasks: alike, encoder, costWeight })).weights,
      encoder,
    });
    for (const router of [knn, cluster, head])
      expect(await choices(router, route(pool, about[1]), 1)).toEqual([wanted]);
  }
});

test('a threshold router gives the strong one its share, on texts that come in any order', async () => {
  for (const share of [0, 0.2, 0.5, 1]) {
    let drawn = 0;
    const needs = Array.from({ length: 500 }, (_, at) => ((at * 7_919) % 500) / 500);
    const router = thresholdRouter({
      strong: 'coder:1',
      weak: 'poet:1',
      share,
      score: () => needs[drawn++] ?? 0,
      sample: needs,
    });
    const strong = (await choices(router, route(pool), 500)).filter((id) => id === 'coder:1').length / 500;
    expect(Math.abs(strong - share)).toBeLessThanOrEqual(0.02);
  }
});

test('a threshold router whose strong one cannot take the call asks the weak one, and says so', async () => {
  const router = thresholdRouter({ strong: 'coder:1', weak: 'poet:1', threshold: 0, score: () => 1 });
  expect(await router.route(route([candidate('poet:1')]), call())).toMatchObject({
    providerId: 'poet:1',
    reason: expect.stringContaining('cannot'),
  });
  await expect(router.route(route([candidate('clerk:1')]), call())).rejects.toMatchObject({ code: 'invalid' });
  const odd = thresholdRouter({ strong: 'coder:1', weak: 'poet:1', threshold: 0, score: () => Number.NaN });
  await expect(odd.route(route(pool), call())).rejects.toMatchObject({ code: 'invalid' });
});

test('a threshold that none reaches, as calibrate may find it, asks the weak one', async () => {
  const router = thresholdRouter({ strong: 'coder:1', weak: 'poet:1', threshold: Infinity, score: () => 1e9 });
  expect(await router.route(route(pool), call())).toMatchObject({ providerId: 'poet:1' });
});

const other = hashedNgrams({ dimensions: 16 });
const states = Object.fromEntries(Object.entries(kinds).map(([name, make]) => [name, make().state()]));
const changed = { ...weights, bias: weights.bias.map((bias) => bias + 1) };
test.for<[string, () => unknown]>([
  ['weights that were changed', () => headRouter({ weights: changed, encoder })],
  ['weights of another pool', () => headRouter({ weights, encoder, pool: ['poet:1'] })],
  ['weights of another encoder', () => headRouter({ weights, encoder: other })],
  ['weights that are none', () => headRouter({ weights: JSON.parse('{"kind":"tako_head","version":1}'), encoder })],
  ['a table that was changed', () => clusterRouter({ table: { ...table, sums: [] }, encoder })],
  ['a table of another pool', () => clusterRouter({ table, encoder, pool: ['clerk:1'] })],
  ['a table of another encoder', () => clusterRouter({ table, encoder: other })],
  [
    'the state of another pool',
    () => banditRouter({ pool: ['poet:1', 'coder:1'], encoder, initialState: states['thompson'] }),
  ],
  ['the state of another encoder', () => banditRouter({ pool: ids, encoder: other, initialState: states['thompson'] })],
  [
    'the state of another kind of bandit',
    () => banditRouter({ pool: ids, encoder, kind: 'linucb', initialState: states['thompson'] }),
  ],
  ['neighbours of another pool', () => knnRouter({ pool: ['a'], encoder, initialState: states['knn'] })],
  [
    'the state of another pair',
    () => thresholdRouter({ ...pair, weak: 'clerk:1', share: 0.5, initialState: states['threshold'] }),
  ],
  ['the state of another router', () => banditRouter({ pool: ids, encoder, initialState: states['knn'] })],
  ['nobody', () => banditRouter({ pool: [] })],
  ['an id twice', () => knnRouter({ pool: ['a', 'a'] })],
  ['a share above 1', () => thresholdRouter({ ...pair, share: 1.2 })],
  ['a threshold that is no number', () => thresholdRouter({ ...pair, threshold: Number.NaN })],
  ['one model against itself', () => thresholdRouter({ ...pair, weak: 'coder:1', share: 0.5 })],
  ['forgetting everything', () => banditRouter({ pool: ids, forget: 0 })],
  ['a weight of money below 0', () => knnRouter({ pool: ids, costWeight: -1 })],
  ['no clusters', () => clusterTable({ pool: ids, tasks, clusters: 0 })],
  ['no tasks', () => clusterTable({ pool: ids, tasks: [] })],
  ['a score above 1', () => knnRouter({ pool: ids, tasks: [{ text: 'x', outcomes: { 'poet:1': { score: 2 } } }] })],
  ['dimensions that are none', () => hashedNgrams({ dimensions: 0 })],
])('%s: refused', ([, make]) => {
  expect(make).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('an encoder that gives nonsense fails the route, and spoils nothing', async () => {
  let bad = false;
  const odd = Object.assign((text: string) => (bad ? Float32Array.of(Number.NaN) : encoder(text)), { version: 'odd' });
  const router = banditRouter({ pool: ids, encoder: odd });
  await router.route(route(pool), call());
  bad = true;
  await expect(router.route(route(pool), call())).rejects.toMatchObject({ code: 'invalid' });
  router.learn({ providerId: 'poet:1', request: route(pool).request, score: 1 });
  bad = false;
  await expect(router.route(route(pool), call())).resolves.toMatchObject({ providerId: expect.any(String) });
});
