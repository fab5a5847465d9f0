import { expect, test } from 'vitest';

import { promptFeatures } from './prompt-features.js';

test('an empty prompt is zeros and a one', () => {
  expect(promptFeatures('')).toEqual([...Array.from({ length: 15 }, () => 0), 1]);
});

test('the 16 features of a prompt, by hand', () => {
  const text = 'Explain `let x = (1 + 2)`;\nis it OK?';
  expect(text).toHaveLength(36);
  expect(promptFeatures(text)).toEqual([
    Math.log10(37),
    0.1,
    1,
    1,
    1,
    1,
    2 / 36,
    3 / 36,
    0,
    0,
    1,
    0,
    1 / 20,
    1 / 36,
    1,
    1,
  ]);
});

test('lengths are bytes, shares are of them; words count whatever their case', () => {
  const features = promptFeatures('ÄÄ CODE, Prove: ((');
  expect(features[0]).toBe(Math.log10(1 + 20));
  expect(features.slice(7, 15)).toEqual([5 / 20, 1, 0, 0, 1, 0, 2 / 20, 0]);
});

test('a mebibyte takes no time to speak of, and shares stay shares', () => {
  const features = promptFeatures('(a1 ?\n'.repeat(200_000));
  expect(features.every((feature) => feature >= 0 && feature < 10)).toBe(true);
  expect([features[1], features[12], features[14]]).toEqual([1, 1, 0]);
});
