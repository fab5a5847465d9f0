import { expect, test } from 'vitest';

import { SeededRandom } from '../routers/seeded-random.js';
import { normal } from './normal.js';
import { clusterPriorWeight } from './cluster-prior.js';

/** Scores of 20 clusters with 25 tasks each. */
function scoresBy(expected: (cluster: number, member: number) => number, sd: number | undefined): number[][][] {
  const random = new SeededRandom(5);
  return Array.from({ length: 20 }, (_, cluster) =>
    Array.from({ length: 4 }, (__, member) =>
      Array.from({ length: 25 }, () => {
        const mean = expected(cluster, member);
        return sd === undefined ? Number(random.next() < mean) : mean + sd * normal(random);
      }),
    ),
  );
}

test.each([
  ['right or wrong', undefined],
  ['graded', 0.05],
] as const)('%s: where one is best everywhere the overall mean counts for much, hard clusters or not', (_, sd) => {
  const dominant = scoresBy((cluster, member) => 0.5 - 0.1 * member + (cluster % 2 === 0 ? 0.3 : 0), sd);
  const specialists = scoresBy((cluster, member) => (cluster % 4 === member ? 0.9 : 0.5), sd);
  expect(clusterPriorWeight(dominant)).toBeGreaterThan(60);
  expect(clusterPriorWeight(specialists)).toBeLessThan(5);
});

test('where nothing was tried twice it is the usual', () => {
  expect(clusterPriorWeight([])).toBe(10);
  expect(
    clusterPriorWeight([
      [[1], []],
      [[], [0]],
    ]),
  ).toBe(10);
});

test('where all are always alike it is finite, and where scores never stray it is nothing', () => {
  expect(
    clusterPriorWeight([
      [
        [1, 1],
        [1, 1],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    ]),
  ).toBe(1_000);
  expect(
    clusterPriorWeight([
      [
        [1, 1],
        [0, 0],
      ],
      [
        [0, 0],
        [1, 1],
      ],
    ]),
  ).toBe(0);
});
