import fc from 'fast-check';
import { expect, test } from 'vitest';

import { addUsage, noUsage, tokenCount, toldTokens, type Usage } from './usage.js';

test('sums every count', () => {
  const left: Usage = {
    inputTokens: 10,
    outputTokens: 5,
    cachedInputTokens: 4,
    cacheWriteTokens: 2,
    reasoningTokens: 3,
  };
  const right: Usage = {
    inputTokens: 1,
    outputTokens: 2,
    cachedInputTokens: 1,
    cacheWriteTokens: 1,
    reasoningTokens: 1,
  };
  expect(addUsage(left, right)).toStrictEqual({
    inputTokens: 11,
    outputTokens: 7,
    cachedInputTokens: 5,
    cacheWriteTokens: 3,
    reasoningTokens: 4,
  });
});

test('a detailed count stays absent where neither side has it', () => {
  expect(addUsage(noUsage, noUsage)).toStrictEqual({ inputTokens: 0, outputTokens: 0 });
  const sum = addUsage({ inputTokens: 1, outputTokens: 1, reasoningTokens: 1 }, { inputTokens: 1, outputTokens: 1 });
  expect(sum).toStrictEqual({ inputTokens: 2, outputTokens: 2, reasoningTokens: 1 });
});

test('an estimate anywhere marks the sum, and only then', () => {
  const estimated: Usage = { inputTokens: 1, outputTokens: 1, estimated: true };
  expect(addUsage(noUsage, estimated).estimated).toBe(true);
  expect(addUsage(estimated, noUsage).estimated).toBe(true);
  expect('estimated' in addUsage({ ...noUsage, estimated: false }, noUsage)).toBe(false);
});

test('the order of summing does not matter, and nothing is the neutral element', () => {
  const count = fc.nat({ max: 1e9 });
  const usage = fc.record(
    {
      inputTokens: count,
      outputTokens: count,
      cachedInputTokens: count,
      reasoningTokens: count,
      estimated: fc.constant(true),
    },
    { requiredKeys: ['inputTokens', 'outputTokens'] },
  );
  fc.assert(
    fc.property(usage, usage, usage, (a, b, c) => {
      expect(addUsage(addUsage(a, b), c)).toEqual(addUsage(a, addUsage(c, b)));
      expect(addUsage(noUsage, a)).toEqual(a);
    }),
  );
});

test.each([
  [0, 0],
  [7, 7],
  [7.9, 7],
  [-1, 0],
  [Number.NaN, 0],
  [Infinity, 0],
  [-Infinity, 0],
  ['7', 0],
  [null, 0],
  [undefined, 0],
  [{}, 0],
])('a vendor that counts %o has counted %d', (told, count) => {
  expect(tokenCount(told)).toBe(count);
});

test.each([Number.NaN, -1_000_000, Infinity, -Infinity])('a count of %d does not poison the sum', (hostile) => {
  const bad: Usage = {
    inputTokens: hostile,
    outputTokens: hostile,
    cachedInputTokens: hostile,
    reasoningTokens: hostile,
  };
  const good: Usage = { inputTokens: 5, outputTokens: 3, cachedInputTokens: 2 };
  const sum = { inputTokens: 5, outputTokens: 3, cachedInputTokens: 2, reasoningTokens: 0 };
  expect(addUsage(bad, good)).toEqual(sum);
  expect(addUsage(good, bad)).toEqual(sum);
});

test.each([-1, 0.5, Number.NaN, Infinity, 1e9 + 1, 1e308, '7', null, undefined, {}])(
  'a vendor cannot have counted %s tokens',
  (told) => {
    expect(toldTokens(told)).toBeUndefined();
  },
);

test.each([0, 1, 1e9])('a vendor may have counted %d tokens', (told) => {
  expect(toldTokens(told)).toBe(told);
});
