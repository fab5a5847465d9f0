import { expect, test } from 'vitest';

import { hashedNgrams } from './encoder.js';

const encode = hashedNgrams();
const likeness = (one: string, other: string): number =>
  encode(one).reduce((sum, value, at) => sum + value * (encode(other)[at] ?? 0), 0);

test('a text has 256 numbers of length 1, an empty one only zeros', () => {
  expect(encode('Hello, world')).toHaveLength(256);
  expect(likeness('Hello, world', 'hello world!')).toBeCloseTo(1, 6);
  expect([...encode('')].every((value) => value === 0)).toBe(true);
  expect([...encode('?! …')].every((value) => value === 0)).toBe(true);
});

test('texts that share words or stems are alike, others are not', () => {
  expect(likeness('sorting an array', 'sort the arrays')).toBeGreaterThan(0.15);
  expect(Math.abs(likeness('sorting an array', 'poem of love'))).toBeLessThan(0.15);
});

test('the numbers of a text are the same for ever: what was learned from them is kept in files', () => {
  const numbers = [...hashedNgrams({ dimensions: 4 })('Is it so?')].map((value) => Number(value.toFixed(4)));
  expect(numbers).toEqual([-0.6608, 0.3558, -0.6608, 0]);
});

test('a huge text is read as far as its limit, in no time to speak of', () => {
  const huge = 'wort '.repeat(1_000_000);
  expect(likeness(huge, 'wort')).toBeCloseTo(1, 6);
  expect(encode(`${'a '.repeat(10_000)}b`)).toEqual(encode('a '.repeat(10_000)));
});
