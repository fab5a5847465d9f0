import type { ErrorCode, JsonValue, Outcome } from '@tako/core';
import { fakeClock } from '@tako/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  cheapest,
  fallbackRouter,
  fastest,
  multiFactor,
  roundRobin,
  ruleRouter,
  sticky,
  type LearningRouter,
} from '../../src/routers/index.js';
import { candidate, choices, route } from './pool.js';

const pool = [candidate('a:1', 3), candidate('b:1', 1), candidate('c:1')];
const clock = fakeClock();

const figure = fc.oneof(fc.double(), fc.constantFrom(0, 0.5, 1, -1, 2, Number.NaN, Infinity, -Infinity));
const outcome: fc.Arbitrary<Outcome> = fc.record(
  {
    providerId: fc.constantFrom('a:1', 'b:1', 'c:1', 'stranger:1', '__proto__', ''),
    score: figure,
    costUsd: figure,
    latencyMs: figure,
    error: fc.constantFrom<ErrorCode>('invalid', 'cancelled', 'content_filtered'),
  },
  { requiredKeys: ['providerId'] },
);

const kinds: readonly ((initialState?: JsonValue) => LearningRouter)[] = [
  (initialState) => ruleRouter({ rules: [], clock, initialState }),
  (initialState) => roundRobin({ weights: { 'a:1': 2.5 }, seed: 7, clock, initialState }),
  (initialState) => cheapest({ clock, initialState }),
  (initialState) => fastest({ clock, initialState }),
  (initialState) => multiFactor({ quality: { 'a:1': 0.9 }, clock, initialState }),
  (initialState) => sticky({ router: cheapest({ clock }), clock, initialState }),
  (initialState) => fallbackRouter({ order: ['b:1', 'a:1'], clock, initialState }),
];

test.for(kinds)('router %#: no outcome breaks it, and its state as JSON is all that it knows', async (make) => {
  await fc.assert(
    fc.asyncProperty(fc.array(outcome, { maxLength: 30 }), fc.nat({ max: 5 }), async (outcomes, before) => {
      const router = make();
      for (const each of outcomes) router.learn(each);
      await choices(router, route(pool), before);
      const restored = make(JSON.parse(JSON.stringify(router.state())));
      expect(await choices(restored, route(pool), 5)).toEqual(await choices(router, route(pool), 5));
    }),
    { numRuns: 150 },
  );
});

test.for(kinds)('router %#: no saved state breaks it', async (make) => {
  const { kind, version } = make().state();
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (benched, own) => {
      const initialState = JSON.parse(JSON.stringify({ kind, version, benched, own }));
      const fields = ['credit', 'random', 'latencies', 'scores', 'sessions'];
      const inner = Object.fromEntries(fields.map((field) => [field, initialState.own]));
      for (const state of [initialState, { ...initialState, own: inner, benched: { 'a:1': initialState.benched } }]) {
        const [chosen] = await choices(make(state), route(pool), 1);
        expect(pool.map(({ id }) => id)).toContain(chosen);
      }
    }),
    { numRuns: 150 },
  );
});
