import { expect, test } from 'vitest';

import { SeededRandom } from './seeded-random.js';

test('numbers are uniform, repeat with their seed, and go on from a state', () => {
  const random = new SeededRandom(1);
  const drawn = Array.from({ length: 10_000 }, () => random.next());
  const again = new SeededRandom(1);
  expect(drawn.slice(0, 50)).toEqual(Array.from({ length: 50 }, () => again.next()));
  const resumed = new SeededRandom(again.state);
  expect(resumed.next()).toBe(drawn[50]);
  const buckets = Array.from({ length: 10 }, (_, at) => drawn.filter((it) => Math.floor(it * 10) === at).length);
  for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  expect(new SeededRandom(2).next()).not.toBe(drawn[0]);
});

test('every order of three comes about as often as the others', () => {
  const random = new SeededRandom(7);
  const orders = new Map<string, number>();
  for (let at = 0; at < 6_000; at++) {
    const order = random.shuffled(['a', 'b', 'c']).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect(orders.size).toBe(6);
  for (const count of orders.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
