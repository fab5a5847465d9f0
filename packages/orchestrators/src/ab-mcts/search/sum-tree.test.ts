import { expect, test } from 'vitest';

import { SeededSampler } from './sampler.js';
import { SumTree } from './sum-tree.js';

test('a place is found by the sum of all up to it', () => {
  const tree = new SumTree();
  const values = [0, 3, 0, 0.5, 1, 0, 0];
  for (const [place, value] of values.entries()) tree.set(place, value);
  expect(tree.total).toBe(4.5);
  expect([0, 2.999, 3, 3.499, 3.5, 4.499].map((sum) => tree.at(sum))).toEqual([1, 1, 3, 3, 4, 4]);
});

test('what rounding leads past the end is the last that is above 0', () => {
  const tree = new SumTree();
  for (const place of [0, 1, 2, 3, 4]) tree.set(place, place < 3 ? 0.1 : 0);
  expect(tree.at(tree.total)).toBe(2);
});

test('sums depend on the values alone, not on how they came about', () => {
  const random = new SeededSampler(4);
  const values = Array.from({ length: 100 }, () => random.uniform());
  const [once, often] = [new SumTree(), new SumTree()];
  for (const [place, value] of values.entries()) once.set(place, value);
  for (let time = 0; time < 1_000; time++) often.set(Math.floor(100 * random.uniform()), random.uniform());
  for (const [place, value] of [...values.entries()].toReversed()) often.set(place, value);
  expect(often.total).toBe(once.total);
  for (const place of values.keys()) expect(often.value(place)).toBe(once.value(place));
});
