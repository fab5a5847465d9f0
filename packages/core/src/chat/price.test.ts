import fc from 'fast-check';
import { expect, test } from 'vitest';

import { costUsd, type Price } from './price.js';
import { addUsage } from './usage.js';

const price: Price = { inputUsdPerMillion: 2, outputUsdPerMillion: 10 };
const full: Price = {
  ...price,
  cachedInputUsdPerMillion: 0.5,
  cacheWriteUsdPerMillion: 2.5,
  reasoningUsdPerMillion: 20,
};

test('each kind of token is counted once, at its own price', () => {
  const usage = {
    inputTokens: 1_000_000,
    outputTokens: 1_000_000,
    cachedInputTokens: 400_000,
    cacheWriteTokens: 100_000,
    reasoningTokens: 250_000,
  };
  // 500 000 fresh, 400 000 cached, 100 000 written; 750 000 said, 250 000 thought
  expect(costUsd(usage, full)).toBeCloseTo(1 + 0.2 + 0.25 + 7.5 + 5, 10);
});

test('a detailed price that is absent is the price of its total', () => {
  const usage = {
    inputTokens: 1_000_000,
    outputTokens: 1_000_000,
    cachedInputTokens: 400_000,
    cacheWriteTokens: 100_000,
    reasoningTokens: 250_000,
  };
  expect(costUsd(usage, price)).toBeCloseTo(12, 10);
});

test('a free price is not taken for an absent one', () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 0, cachedInputTokens: 1_000_000 };
  expect(costUsd(usage, { ...price, cachedInputUsdPerMillion: 0 })).toBe(0);
});

test('a detailed count larger than its total does not make the rest negative', () => {
  const usage = { inputTokens: 10, outputTokens: 10, cachedInputTokens: 1_000_000, reasoningTokens: 1_000_000 };
  expect(costUsd(usage, full)).toBeCloseTo(0.5 + 20, 10);
});

test('the cost of a sum is the sum of the costs, and no cost is negative', () => {
  const count = fc.nat({ max: 1_000_000 });
  const usage = fc
    .record({ fresh: count, cachedInputTokens: count, said: count, reasoningTokens: count })
    .map(({ fresh, said, cachedInputTokens, reasoningTokens }) => ({
      inputTokens: fresh + cachedInputTokens,
      outputTokens: said + reasoningTokens,
      cachedInputTokens,
      reasoningTokens,
    }));
  fc.assert(
    fc.property(usage, usage, (a, b) => {
      expect(costUsd(a, full)).toBeGreaterThanOrEqual(0);
      expect(costUsd(addUsage(a, b), full)).toBeCloseTo(costUsd(a, full) + costUsd(b, full), 9);
    }),
  );
});

test.each([Number.NaN, -1_000_000, Number.NEGATIVE_INFINITY])('a count of %d is billed as nothing', (hostile) => {
  const usage = { inputTokens: 1_000_000, outputTokens: 0 };
  expect(costUsd({ inputTokens: hostile, outputTokens: hostile }, full)).toBe(0);
  expect(costUsd({ ...usage, cachedInputTokens: hostile, reasoningTokens: hostile }, full)).toBe(2);
});
