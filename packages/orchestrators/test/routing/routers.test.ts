import { call, user, type Principal, type Router } from '@tako/core';
import { fakeClock } from '@tako/testing';
import { expect, test } from 'vitest';

import {
  cheapest,
  fallbackRouter,
  fastest,
  multiFactor,
  regexRouter,
  roundRobin,
  ruleRouter,
  sticky,
} from '../../src/routers/index.js';
import { candidate, choices, route } from './pool.js';

const a = candidate('a:1', 3);
const b = candidate('b:1', 1);
const c = candidate('c:1');
const pool = [a, b, c];

test('rules are asked in order; one whose provider is not there is passed over', async () => {
  const asked: string[] = [];
  const router = ruleRouter({
    rules: [
      { when: () => asked.push('gone') > 0, use: 'gone:1' },
      { when: ({ question }) => question.includes('code'), use: ['gone:1', 'b:1'], reason: 'it is about code' },
      { when: async ({ step }) => Promise.resolve(step > 2), use: 'c:1' },
    ],
    otherwise: 'a:1',
  });
  expect(await router.route(route(pool, 'some code'), call())).toMatchObject({
    providerId: 'b:1',
    reason: 'it is about code',
  });
  expect(await router.route(route(pool, 'no', { step: 3 }), call())).toMatchObject({ providerId: 'c:1' });
  expect(await router.route(route(pool, 'no'), call())).toMatchObject({ providerId: 'a:1', confidence: 0 });
  expect(await router.route(route([c, b], 'no'), call())).toMatchObject({ providerId: 'c:1' });
  expect(asked).toEqual([]);
});

test('where no rule decides a router may, and it learns', async () => {
  for (const make of [
    (otherwise: Router) => ruleRouter({ rules: [{ when: () => false, use: 'c:1' }], otherwise }),
    (otherwise: Router) => regexRouter({ patterns: [{ pattern: /never/, use: 'c:1' }], otherwise }),
  ]) {
    const inner = fastest();
    const router = make(inner);
    for (const [providerId, latencyMs] of [
      ['a:1', 9],
      ['b:1', 5],
      ['c:1', 7],
    ] as const)
      router.learn({ providerId, latencyMs });
    expect(await choices(router, route(pool), 1)).toEqual(['b:1']);
  }
});

test('a rule that throws is invalid, with what it threw as cause', async () => {
  const cause = new Error('oh');
  const router = ruleRouter({
    rules: [
      {
        when: () => {
          throw cause;
        },
        use: 'a:1',
      },
    ],
  });
  await expect(router.route(route(pool), call())).rejects.toMatchObject({ code: 'invalid', cause });
  expect(() => ruleRouter({ rules: [{ when: () => true, use: [] }] })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});

test('patterns are searched in the last text of a person', async () => {
  const router = regexRouter({
    patterns: [
      { pattern: /\bfn\s+\w+\(/g, use: 'a:1' },
      { pattern: '^\\p{Lu}+$', use: 'b:1' },
    ],
    otherwise: 'c:1',
  });
  expect(await choices(router, route(pool, 'what does fn main() do?'), 3)).toEqual(['a:1', 'a:1', 'a:1']);
  expect(await choices(router, route(pool, 'ÄÖÜ'), 1)).toEqual(['b:1']);
  expect(await choices(router, route(pool, 'chat'), 1)).toEqual(['c:1']);
  expect(await choices(router, route(pool, '', { request: { messages: [] } }), 1)).toEqual(['c:1']);
});

test.for(['(a+)+$', '(a*b?)*', '((x+y)z)+', '(?:[(]a+){2,}', '(\\d+,?){1,99}', '(', '*'])(
  '/%s/ is refused',
  (pattern) => {
    expect(() => regexRouter({ patterns: [{ pattern, use: 'a:1' }] })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  },
);

test.for(['(a+)b', '[(+]+x', '\\(a+\\)+', '(?:ab)+', '(a{2,3})+', '(a+){2}', 'a+b+'])('/%s/ is taken', (pattern) => {
  expect(() => regexRouter({ patterns: [{ pattern, use: 'a:1' }] })).not.toThrow();
});

test('a long hostile text costs no more than its first characters', async () => {
  const router = regexRouter({
    patterns: [{ pattern: /a.*a.*a.*b/, use: 'a:1' }],
    otherwise: 'b:1',
    maxCharacters: 100,
  });
  const begun = performance.now();
  expect(await choices(router, route(pool, 'a'.repeat(1_000_000)), 1)).toEqual(['b:1']);
  expect(performance.now() - begun).toBeLessThan(1_000);
});

test('round robin mixes by weight, and goes on where its state was saved', async () => {
  const router = roundRobin({ weights: { 'a:1': 2, 'c:1': 0 } });
  expect(await choices(router, route(pool), 2)).toEqual(['a:1', 'b:1']);
  const initialState = JSON.parse(JSON.stringify(router.state()));
  const restored = roundRobin({ weights: { 'a:1': 2, 'c:1': 0 }, initialState });
  const further = ['a:1', 'a:1', 'b:1', 'a:1'];
  expect(await choices(router, route(pool), 4)).toEqual(further);
  expect(await choices(restored, route(pool), 4)).toEqual(further);
  expect(await choices(roundRobin(), route(pool), 4)).toEqual(['a:1', 'b:1', 'c:1', 'a:1']);
  expect(await choices(router, route([c]), 2)).toEqual(['c:1', 'c:1']);
});

test('round robin with a seed repeats itself, is fair, and begins elsewhere with another seed', async () => {
  const begins = new Set<string | undefined>();
  for (let seed = 0; seed < 20; seed++) {
    const chosen = await choices(roundRobin({ seed }), route(pool), 300);
    expect(chosen).toEqual(await choices(roundRobin({ seed }), route(pool), 300));
    expect(pool.map(({ id }) => chosen.filter((it) => it === id).length)).toEqual([100, 100, 100]);
    begins.add(chosen[0]);
  }
  expect(begins.size).toBe(3);
});

test('the cheapest is measured by this prompt and answer, unknown prices last', async () => {
  const reader = { ...candidate('r:1'), price: { inputUsdPerMillion: 1, outputUsdPerMillion: 100 } };
  const writer = { ...candidate('w:1'), price: { inputUsdPerMillion: 10, outputUsdPerMillion: 10 } };
  const long = 'x'.repeat(40_000);
  expect(await choices(cheapest(), route([c, writer, reader], long), 1)).toEqual(['r:1']);
  const brief = { request: { messages: [user('Well?')], maxOutputTokens: 1_000 } };
  expect(await choices(cheapest(), route([c, writer, reader], '', brief), 1)).toEqual(['w:1']);
  expect(await cheapest().route(route([c]), call())).toMatchObject({ providerId: 'c:1', confidence: 0 });
});

test('the fastest is learned, forgotten, and tried again', async () => {
  const clock = fakeClock();
  const router = fastest({ halfLifeMs: 1_000, clock });
  expect(await choices(router, route(pool), 1)).toEqual(['a:1']);
  router.learn({ providerId: 'a:1', latencyMs: 300 });
  expect(await choices(router, route(pool), 1)).toEqual(['b:1']);
  router.learn({ providerId: 'b:1', latencyMs: 100 });
  router.learn({ providerId: 'c:1', latencyMs: 200 });
  expect(await choices(router, route(pool), 1)).toEqual(['b:1']);
  router.learn({ providerId: 'c:1', latencyMs: 1, error: 'provider' });
  router.learn({ providerId: 'c:1', latencyMs: Number.NaN });
  router.learn({ providerId: 'c:1', latencyMs: -9 });
  router.learn({ providerId: 'c:1', latencyMs: Infinity });
  expect(await choices(router, route(pool), 1)).toEqual(['b:1']);

  const restored = fastest({ halfLifeMs: 1_000, clock, initialState: JSON.parse(JSON.stringify(router.state())) });
  expect(await choices(restored, route(pool), 1)).toEqual(['b:1']);

  await clock.advance(1_000);
  router.learn({ providerId: 'b:1', latencyMs: 1_000 });
  expect(await choices(router, route(pool), 1)).toEqual(['c:1']);
  await clock.advance(4_000);
  expect(await choices(router, route(pool), 1)).toEqual(['a:1']);
});

test('factors are weighed against each other, and learned', async () => {
  const cheap = candidate('cheap:1', 1);
  const dear = candidate('dear:1', 10);
  const request = route([dear, cheap]);
  const quality = { 'cheap:1': 0.3, 'dear:1': 0.9 };
  expect(await choices(multiFactor({ quality, weights: { cost: 0.1 } }), request, 1)).toEqual(['dear:1']);
  expect(await choices(multiFactor({ quality, weights: { cost: 2 } }), request, 1)).toEqual(['cheap:1']);

  const router = multiFactor({ quality, weights: { cost: 0.1, latency: 0 } });
  for (let at = 0; at < 20; at++) {
    router.learn({ providerId: 'dear:1', score: 0, latencyMs: 50 });
    router.learn({ providerId: 'cheap:1', score: at % 2 === 0 ? Number.NaN : 7 });
  }
  expect(await choices(router, request, 1)).toEqual(['cheap:1']);
  const initialState = JSON.parse(JSON.stringify(router.state()));
  expect(await choices(multiFactor({ quality, weights: { cost: 0.1, latency: 0 }, initialState }), request, 1)).toEqual(
    ['cheap:1'],
  );

  const busy = multiFactor({ weights: { cost: 0 }, load: (id) => (id === 'dear:1' ? Number.NaN : 0.9) });
  expect(await choices(busy, request, 1)).toEqual(['cheap:1']);
});

test('hard limits outweigh everything, and the error names them', async () => {
  const router = multiFactor({
    quality: { 'a:1': 0.2 },
    limits: { minQuality: 0.4, maxUsd: 1, maxLatencyMs: 100, maxLoad: 0.5 },
    load: (id) => (id === 'd:1' ? 0.9 : 0),
  });
  const slow = candidate('slow:1', 1);
  router.learn({ providerId: 'slow:1', latencyMs: 500 });
  const barred = [a, c, slow, candidate('d:1', 1)];
  await expect(router.route(route(barred), call())).rejects.toMatchObject({
    code: 'policy_denied',
    details: { removed: barred.map(({ id }) => ({ providerId: id, rule: 'limit' })) },
  });
  expect(await choices(router, route([...barred, b]), 1)).toEqual(['b:1']);
});

test.for([{ weights: { cost: -1 } }, { quality: { 'a:1': 2 } }, { limits: { maxUsd: Number.NaN } }, { halfLifeMs: 0 }])(
  'multiFactor refuses %j',
  (options) => {
    expect(() => multiFactor(options)).toThrow(expect.objectContaining({ code: 'invalid' }));
  },
);

test('a session stays where it began, until its provider is not there', async () => {
  const clock = fakeClock();
  const router = sticky({ router: roundRobin(), clock, idleMs: 1_000, maxSessions: 2 });
  const of = async (key: string, candidates = pool, principal?: Principal): Promise<string> =>
    (await router.route(route(candidates, '', { request: { messages: [], cache: { key } } }), call({ principal })))
      .providerId;

  expect([await of('x'), await of('y'), await of('x'), await of('y')]).toEqual(['a:1', 'b:1', 'a:1', 'b:1']);
  const other = { tenantId: 'other', userId: 'u', roles: [] };
  expect(await of('x', pool, other)).toBe('c:1');
  // Two are remembered: x is forgotten by now.
  expect(await of('x')).toBe('a:1');
  expect(await of('x', [b, c])).toBe('b:1');
  const saved = JSON.parse(JSON.stringify(router.state()));
  const restored = sticky({ router: roundRobin(), clock, initialState: saved });
  expect(
    (await restored.route(route(pool, '', { request: { messages: [], cache: { key: 'x' } } }), call())).providerId,
  ).toBe('b:1');
  await clock.advance(1_001);
  expect(await of('x')).toBe('c:1');
});

test('runs are the sessions where there is no cache key', async () => {
  const router = sticky({ router: roundRobin() });
  const of = async (runId: string): Promise<string> => (await router.route(route(pool), call({ runId }))).providerId;
  expect([await of('1'), await of('2'), await of('1')]).toEqual(['a:1', 'b:1', 'a:1']);
});

test('a sticky router whose inner one names nobody is invalid, and remembers nothing', async () => {
  let named = 'nobody:1';
  const router = sticky({ router: { route: () => ({ providerId: named, reason: '' }) }, by: () => 'all' });
  await expect(router.route(route(pool), call())).rejects.toMatchObject({ code: 'invalid' });
  named = 'b:1';
  expect(await choices(router, route(pool), 1)).toEqual(['b:1']);
});

test('an order of preference: ids and routers, whoever can comes first', async () => {
  const broken = { route: () => Promise.reject(new Error('oh')) };
  const lost = { route: () => ({ providerId: 'nobody:1', reason: '' }) };
  const router = fallbackRouter({ order: ['gone:1', broken, lost, cheapest(), 'a:1'] });
  expect(await router.route(route(pool), call())).toMatchObject({
    providerId: 'b:1',
    reason: expect.stringContaining('after gone:1, a router that failed (foreign error), a router that named nobody'),
  });
  await expect(fallbackRouter({ order: ['gone:1'] }).route(route(pool), call())).rejects.toMatchObject({
    code: 'unsupported',
  });
  expect(() => fallbackRouter({ order: [] })).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('outcomes reach the routers inside', async () => {
  const inner = fastest();
  const router = sticky({ router: fallbackRouter({ order: [inner] }), by: () => String(Math.random()) });
  router.learn({ providerId: 'a:1', latencyMs: 5 });
  expect(JSON.stringify(inner.state())).toContain('a:1');
});
