import { expect, test } from 'vitest';

import type { BetaParams } from './belief.js';
import { betaTail, gapWithin } from './beta-tail.js';
import { SeededSampler } from './sampler.js';
import { WideArms } from './wide-arms.js';

/** What 100 children of all kinds are believed to be worth. */
const mixed = Array.from({ length: 100 }, (_, at): BetaParams => {
  const score = ((at * 37) % 100) / 100;
  const count = at % 10 === 0 ? 40 : at % 3 === 0 ? 4 : 1;
  return { a: 0.5 + score * count, b: 0.5 + (1 - score) * count };
});
const alike = Array.from({ length: 100 }, (): BetaParams => ({ a: 1, b: 1 }));
const unknown: BetaParams = { a: 1, b: 1 };
const oneIsBest = mixed.map((params, at) => (at === 7 ? { a: 900.5, b: 0.5 } : params));

test.each([
  ['mixed', mixed],
  ['alike', alike],
  ['one is best', oneIsBest],
] as const)('%s: each arm is chosen as often as if all were drawn', (_, beliefs) => {
  const arms = new WideArms([...beliefs.keys()], (id) => beliefs[id] ?? unknown);
  const sampler = new SeededSampler(5);
  const times = 10_000;
  const chosen = beliefs.map(() => 0);
  const drawn = beliefs.map(() => 0);
  for (let time = 0; time < times; time++) {
    const arm = arms.choose(sampler);
    chosen[arm] = (chosen[arm] ?? 0) + 1;
    const draws = beliefs.map((params) => sampler.draw(params));
    const best = draws.indexOf(Math.max(...draws));
    drawn[best] = (drawn[best] ?? 0) + 1;
  }
  // Two samples of the same distribution: chi-square over arms that are chosen at all, in standard deviations of it.
  const counted = beliefs.flatMap((__, at) => {
    const [one = 0, other = 0] = [chosen[at], drawn[at]];
    return one + other < 10 ? [] : [(one - other) ** 2 / (one + other)];
  });
  const sum = counted.reduce((total, each) => total + each, 0);
  expect(Math.abs(sum - counted.length) / Math.sqrt(2 * counted.length)).toBeLessThan(4);
});

test('what changes is chosen by what it changed to', () => {
  const beliefs = [...alike];
  const arms = new WideArms([...beliefs.keys()], (id) => beliefs[id] ?? unknown);
  const sampler = new SeededSampler(6);
  for (const winner of [3, 99, 0]) {
    for (const at of beliefs.keys()) {
      beliefs[at] = at === winner ? { a: 5_000, b: 1 } : { a: 1, b: 20 };
      arms.update(at);
    }
    expect(Array.from({ length: 200 }, () => arms.choose(sampler))).toEqual(Array.from({ length: 200 }, () => winner));
  }
});

test('the tail of a beta distribution, where it can be told by hand', () => {
  for (const gap of [1e-12, 0.001, 0.3, 0.5, 0.9]) {
    expect(betaTail({ a: 1, b: 1 }, gap)).toBeCloseTo(gap, 12);
    expect(betaTail({ a: 1, b: 3 }, gap) / gap ** 3).toBeCloseTo(1, 9);
    expect(betaTail({ a: 4, b: 1 }, gap)).toBeCloseTo(1 - (1 - gap) ** 4, 12);
    // The arcsine distribution.
    expect(betaTail({ a: 0.5, b: 0.5 }, gap)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(gap)), 12);
  }
  expect(betaTail({ a: 5_000, b: 5_000 }, 0.5)).toBeCloseTo(0.5, 9);
  expect([betaTail({ a: 2, b: 2 }, 0), betaTail({ a: 2, b: 2 }, 1)]).toEqual([0, 1]);
});

test.each([
  [0.5, 1.5],
  [1.5, 0.5],
  [0.5, 0.5],
  [0.5, 40],
  [0.7, 3],
  [30, 3],
  [3, 900],
  [900, 3],
  [4_000, 0.7],
])('beta(%d, %d): draws above a threshold are those that are above it of all', (a, b) => {
  const sampler = new SeededSampler(8);
  const times = 4_000;
  // Kolmogorov and Smirnov: above 2.2 in one of ten thousand such samples.
  const farthest = (shares: Float64Array): number =>
    Math.max(...shares.toSorted().map((share, at) => Math.abs(share - (at + 0.5) / times))) * Math.sqrt(times);
  for (const gap of [1e-9, 0.01, 0.4, 0.99]) {
    const tail = betaTail({ a, b }, gap);
    if (tail < 1e-290) continue;
    const shares = Float64Array.from({ length: times }, () => {
      const within = gapWithin({ a, b }, gap, tail, sampler);
      expect(within).toBeLessThanOrEqual(gap);
      return betaTail({ a, b }, within) / tail;
    });
    expect(farthest(shares), `at ${gap}`).toBeLessThan(2.2);
  }
});

test.each([0.001, 0.01, 0.5])('beta(%d, 2): where the threshold is next to 0, a draw above it comes soon', (a) => {
  for (const gap of [1 - 2 ** -53, 1 - 1e-9, 1 - 1e-3]) {
    const tail = betaTail({ a, b: 2 }, gap);
    const sampler = new SeededSampler(2);
    for (let time = 0; time < 100; time++) {
      expect(gapWithin({ a, b: 2 }, gap, tail, sampler)).toBeLessThanOrEqual(gap);
    }
  }
});

test.each([
  ['mixed', mixed],
  ['alike', alike],
])('%s: one among ten thousand is chosen by a look at a few', (_, kinds) => {
  let looks = 0;
  const ids = Array.from({ length: 10_000 }, (__, id) => id);
  const arms = new WideArms(ids, (id) => {
    looks++;
    return kinds[id % kinds.length] ?? unknown;
  });
  const sampler = new SeededSampler(3);
  looks = 0;
  for (let time = 0; time < 1_000; time++) {
    arms.update(time);
    arms.choose(sampler);
  }
  expect(looks / 1_000).toBeLessThan(20);
});
