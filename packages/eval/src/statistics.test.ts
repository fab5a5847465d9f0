import fc from 'fast-check';
import { expect, test } from 'vitest';

import { bootstrap, passAtK, quantile } from './statistics.js';

test.each([
  [1, 0, 1, 0],
  [1, 1, 1, 1],
  [4, 1, 2, 0.5],
  [10, 3, 1, 0.3],
  [10, 3, 5, 1 - 21 / 252], // 1 - C(7,5) / C(10,5)
  [5, 5, 5, 1],
])('pass@k of %i tries with %i right, k = %i', (n, c, k, expected) => {
  expect(passAtK(n, c, k)).toBeCloseTo(expected, 12);
});

test('pass@k is the mean over all choices of k tries', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 9 }), (tries, k) => {
      const n = tries.length;
      fc.pre(k <= n);
      let hits = 0;
      let choices = 0;
      for (let mask = 0; mask < 2 ** n; mask++) {
        const chosen = tries.filter((_, at) => (mask >> at) & 1);
        if (chosen.length !== k) continue;
        choices++;
        if (chosen.includes(true)) hits++;
      }
      expect(passAtK(n, tries.filter(Boolean).length, k)).toBeCloseTo(hits / choices, 10);
    }),
  );
});

test('more tries than there were say nothing', () => {
  expect(passAtK(2, 1, 3)).toBeNaN();
});

test('the interval holds the mean, comes out alike for a seed, and shrinks with more values', () => {
  const few = Array.from({ length: 10 }, (_, at) => at % 2);
  const many = Array.from({ length: 1_000 }, (_, at) => at % 2);
  const { mean, low, high } = bootstrap(few, 7);
  expect(mean).toBe(0.5);
  expect(low).toBeLessThan(0.5);
  expect(high).toBeGreaterThan(0.5);
  expect(bootstrap(few, 7)).toEqual({ mean, low, high });
  const wide = bootstrap(many, 7);
  expect(wide.high - wide.low).toBeLessThan((high - low) / 4);
});

test('quantiles are values that were there', () => {
  expect([quantile([5, 1, 3], 0.5), quantile([5, 1, 3], 0.95), quantile([5, 1, 3], 0)]).toEqual([3, 5, 1]);
  expect(quantile([], 0.5)).toBeNaN();
});
