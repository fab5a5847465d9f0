import { call, user } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { cheapest, eligible, filtered, ruleRouter } from '../../src/routers/index.js';
import { candidate, choices, route } from './pool.js';

const tools = [{ name: 'echo', inputSchema: { type: 'object' } }];

test('each rule removes whom it must, and the error says which rule removed whom', async () => {
  const pool = [
    candidate('no:tools', 1, { tools: 'no' }),
    candidate('short:context', 1, { contextTokens: 50 }),
    candidate('ill:now', 1),
    candidate('dear:one', 1e6),
    candidate('no:price'),
  ];
  const request = route(pool, 'x'.repeat(400), { request: { messages: [user('x'.repeat(400))], tools } });
  const options = { isHealthy: ({ id }: { id: string }) => id !== 'ill:now', maxUsd: 0.1 };
  await expect(eligible(request, call(), options)).rejects.toMatchObject({
    code: 'budget_exhausted',
    details: {
      removed: [
        { providerId: 'no:tools', rule: 'capability' },
        { providerId: 'short:context', rule: 'context' },
        { providerId: 'ill:now', rule: 'health' },
        { providerId: 'dear:one', rule: 'budget' },
        { providerId: 'no:price', rule: 'budget', why: 'its price is not known' },
      ],
    },
  });
  const able = candidate('able:one', 1);
  expect(await eligible({ ...request, candidates: [...pool, able] }, call(), options)).toEqual([able]);
});

test.for([
  [{ tools: 'no' }, {}, 'unsupported'],
  [{ contextTokens: 10 }, {}, 'context_overflow'],
  [{ maxOutputTokens: 10 }, {}, 'context_overflow'],
  [{}, { isHealthy: () => false }, 'circuit_open'],
  [{}, { maxUsd: 1e-9 }, 'budget_exhausted'],
  [{}, { maxUsd: () => Promise.resolve(0) }, 'budget_exhausted'],
  [{}, { maxUsd: () => Number.NaN }, 'budget_exhausted'],
] as const)('nobody left by %j and %o is %s', async ([capabilities, options, code]) => {
  const request = { messages: [user('x'.repeat(100))], tools, maxOutputTokens: 20 };
  const router = cheapest(options);
  await expect(
    router.route({ request, step: 0, candidates: [candidate('a:1', 1, capabilities)] }, call()),
  ).rejects.toMatchObject({ code });
});

test('no candidates at all is invalid', async () => {
  await expect(eligible(route([]), call())).rejects.toMatchObject({ code: 'invalid' });
});

test('three failures in a row bench a provider for a while, and an answer clears it', async () => {
  const clock = fakeClock();
  const router = ruleRouter({ rules: [], clock });
  const request = route([candidate('a:1'), candidate('b:1')]);
  const fail = { providerId: 'a:1', error: 'overloaded', latencyMs: 1 } as const;
  router.learn(fail);
  router.learn(fail);
  router.learn({ providerId: 'a:1', score: 0 });
  expect(await choices(router, request, 1)).toEqual(['a:1']);
  router.learn(fail);
  expect(await choices(router, request, 1)).toEqual(['b:1']);

  const saved = JSON.parse(JSON.stringify(router.state()));
  expect(await choices(ruleRouter({ rules: [], clock, initialState: saved }), request, 1)).toEqual(['b:1']);

  await clock.advance(30_000);
  expect(await choices(router, request, 1)).toEqual(['a:1']);
  router.learn(fail);
  expect(await choices(router, request, 1)).toEqual(['b:1']);
  router.learn({ providerId: 'a:1', latencyMs: 5 });
  expect(await choices(router, request, 1)).toEqual(['a:1']);
});

test('faults of the request, and aborts, bench nobody', async () => {
  const router = cheapest();
  for (const error of ['invalid', 'cancelled', 'budget_exhausted', 'content_filtered', 'auth'] as const) {
    for (let at = 0; at < 5; at++) router.learn({ providerId: 'a:1', error });
  }
  expect(await choices(router, route([candidate('a:1', 1)]), 1)).toEqual(['a:1']);
});

test('a state of another router, or none at all, is refused; a damaged one teaches nothing', async () => {
  for (const initialState of [cheapest().state(), 'state', null, [], { kind: 'rule_router', version: 2 }]) {
    expect(() => ruleRouter({ rules: [], initialState })).toThrow(expect.objectContaining({ code: 'invalid' }));
  }
  const damaged = { kind: 'rule_router', version: 1, benched: { 'a:1': { count: 'x' }, 'b:1': null }, own: 7 };
  const router = ruleRouter({ rules: [], initialState: damaged });
  expect(await choices(router, route([candidate('a:1')]), 1)).toEqual(['a:1']);
});

test.for([
  ['names nobody', { route: () => ({ providerId: 'c:1', reason: '' }) }],
  ['names one who was left out', { route: () => ({ providerId: 'b:1', reason: '' }) }],
  ['gives nothing', { route: () => undefined as never }],
  [
    'throws something foreign',
    {
      route: () => {
        throw new TypeError('oh');
      },
    },
  ],
] as const)('a router that %s is invalid', async ([, router]) => {
  const wrapped = filtered(router, { isHealthy: ({ id }) => id !== 'b:1' });
  await expect(wrapped.route(route([candidate('a:1'), candidate('b:1')]), call())).rejects.toMatchObject({
    code: 'invalid',
  });
});

test('a router that hangs is left when the signal aborts, and no listener stays', async () => {
  const tracked = trackedSignal();
  const routing = filtered({ route: () => new Promise(() => undefined) }).route(
    route([candidate('a:1')]),
    call({ signal: tracked.signal }),
  );
  tracked.abort();
  await expect(routing).rejects.toMatchObject({ code: 'cancelled' });
  expect(tracked.listeners).toBe(0);
});

test.for([{ maxUsd: -1 }, { benchMs: Number.NaN }, { expectedOutputTokens: -5 }])('%j is refused', (options) => {
  expect(() => cheapest(options)).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('a confidence that is none is left out', async () => {
  const router = filtered({ route: () => ({ providerId: 'a:1', reason: 'so', confidence: Number.NaN }) });
  expect(await router.route(route([candidate('a:1')]), call())).toEqual({ providerId: 'a:1', reason: 'so' });
});
