import { expect, test } from 'vitest';

import { SepCmaEs } from '../../src/learning/sep-cma-es.js';
import { normal } from '../../src/learning/normal.js';
import { SeededRandom } from '../../src/routers/seeded-random.js';
import trace from './fixtures/sep-cma-es.json' with { type: 'json' };

const sphere = (point: Float64Array): number => point.reduce((sum, value) => sum + value * value, 0);

/** Equal to nine digits. */
function near(seen: ArrayLike<number>, wanted: readonly number[]): void {
  expect(seen).toHaveLength(wanted.length);
  for (const [at, value] of wanted.entries()) {
    expect(Math.abs((seen[at] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
  }
}

test.for(trace.cases)(
  'the trace of $function is replayed, generation by generation',
  ({ mean, sigma, constants, draws, after }) => {
    const search = new SepCmaEs({ mean, sigma });
    expect(search.population).toBe(constants.lambda);
    const { weights, muEff, cSigma, dSigma, cC, c1, cMu, chiN } = search.constants;
    near(weights, constants.weights);
    near(
      [muEff, cSigma, dSigma, cC, c1, cMu, chiN],
      [constants.muEff, constants.cSigma, constants.dSigma, constants.cC, constants.c1, constants.cMu, constants.chiN],
    );
    expect(draws).toHaveLength(after.length);
    for (const [generation, draw] of draws.entries()) {
      const fitness = draw.map((one) => sphere(search.point(one)));
      search.tell(draw, fitness);
      const wanted = after[generation];
      if (wanted === undefined) throw new Error('the trace is too short');
      near(fitness, wanted.fitness);
      near(search.mean, wanted.mean);
      near([search.sigma], [wanted.sigma]);
      near(search.variances, wanted.variances);
      near(search.pathSigma, wanted.pSigma);
      near(search.pathC, wanted.pC);
    }
  },
);

test('4 000 points find the bottom of a sphere of 20 dimensions', () => {
  const random = new SeededRandom(1);
  const search = new SepCmaEs({ mean: Array.from({ length: 20 }, () => 0.5), sigma: 0.3 });
  for (let points = 0; points < 4_000; points += search.population) {
    const draws = Array.from({ length: search.population }, () => search.mean.map(() => normal(random)));
    search.tell(
      draws,
      draws.map((draw) => sphere(search.point(draw))),
    );
  }
  expect(sphere(search.mean)).toBeLessThan(1e-14);
});

test('fitness that is no number comes last, and leaves every number one', () => {
  const search = new SepCmaEs({ mean: [1, 1], sigma: 1, population: 4 });
  search.tell(
    [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, 2],
    ],
    [Number.NaN, 0, Infinity, Number.NaN],
  );
  expect(search.mean[0]).toBeLessThan(1);
  search.tell(
    [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, 2],
    ],
    [Number.NaN, Number.NaN, Infinity, Infinity],
  );
  expect([...search.mean, ...search.variances, search.sigma].every(Number.isFinite)).toBe(true);
});

test.for([
  { mean: [], sigma: 1 },
  { mean: [0], sigma: 0 },
  { mean: [0], sigma: Number.NaN },
  { mean: [0], sigma: 1, population: 3 },
])('%j is refused', (options) => {
  expect(() => new SepCmaEs(options)).toThrow(expect.objectContaining({ code: 'invalid' }));
});
