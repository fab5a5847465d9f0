import { invalidOptions } from '@tako/core';

/** What `SepCmaEs` takes. */
export interface SepCmaEsOptions {
  /** Where the search begins. */
  readonly mean: readonly number[];
  /** How far it looks round it, at first. */
  readonly sigma: number;
  /** How many points a generation has. @defaultValue 4 + floor(3 ln n) */
  readonly population?: number | undefined;
}

/** Numbers that follow from dimension and population alone. */
interface Constants {
  readonly weights: Float64Array;
  readonly muEff: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  readonly c1: number;
  readonly cMu: number;
  readonly chiN: number;
}

/**
 * Separable CMA-ES of Ros and Hansen: a search without gradients whose cost is linear in the dimension. It minimises. The
 * normal draws are the caller's, so that a run can be repeated.
 *
 * @see https://doi.org/10.1007/978-3-540-87700-4_30 (abstract read 2026-11-23)
 */
export class SepCmaEs {
  readonly mean: Float64Array;
  readonly variances: Float64Array;
  readonly pathSigma: Float64Array;
  readonly pathC: Float64Array;
  readonly population: number;
  readonly constants: Constants;
  sigma: number;
  #generation = 0;

  /** @throws `invalid` for a mean or sigma that cannot be */
  constructor({ mean, sigma, population = 4 + Math.floor(3 * Math.log(mean.length)) }: SepCmaEsOptions) {
    if (mean.length === 0 || !(sigma > 0) || !(population >= 4)) {
      throw invalidOptions('SepCmaEs', 'it needs a mean, a sigma above 0 and a population of 4 or more');
    }
    this.mean = Float64Array.from(mean);
    this.sigma = sigma;
    this.variances = new Float64Array(mean.length).fill(1);
    this.pathSigma = new Float64Array(mean.length);
    this.pathC = new Float64Array(mean.length);
    this.population = population;
    this.constants = constantsOf(mean.length, population);
  }

  /** The point that a draw of standard normals stands for. */
  point(draw: ArrayLike<number>): Float64Array {
    return this.mean.map((value, at) => value + this.sigma * Math.sqrt(this.variances[at] ?? 0) * (draw[at] ?? 0));
  }

  /** Moves on by what a generation's draws came to; the least is the best. What is no number comes last. */
  tell(draws: readonly ArrayLike<number>[], fitness: readonly number[]): void {
    const { weights, muEff, cSigma, dSigma, cC, c1, cMu, chiN } = this.constants;
    const { mean, variances, pathSigma, pathC, sigma } = this;
    const dimension = mean.length;
    const rank = (at: number): number => (Number.isNaN(fitness[at]) ? Infinity : (fitness[at] ?? Infinity));
    // `||` for two that are infinite: their difference is no number.
    const order = draws.map((_, at) => at).toSorted((one, other) => rank(one) - rank(other) || one - other);
    this.#generation++;

    const drawn = new Float64Array(dimension);
    const rankMu = new Float64Array(dimension);
    for (const [place, weight] of weights.entries()) {
      const draw = draws[order[place] ?? 0] ?? [];
      for (let at = 0; at < dimension; at++) {
        const z = draw[at] ?? 0;
        drawn[at] = (drawn[at] ?? 0) + weight * z;
        rankMu[at] = (rankMu[at] ?? 0) + weight * z * z;
      }
    }
    let squares = 0;
    for (let at = 0; at < dimension; at++) {
      const path = (1 - cSigma) * (pathSigma[at] ?? 0) + Math.sqrt(cSigma * (2 - cSigma) * muEff) * (drawn[at] ?? 0);
      pathSigma[at] = path;
      squares += path * path;
    }
    const length = Math.sqrt(squares);
    const settled = Math.sqrt(1 - (1 - cSigma) ** (2 * this.#generation));
    const goesOn = length / settled < (1.4 + 2 / (dimension + 1)) * chiN ? 1 : 0;
    for (let at = 0; at < dimension; at++) {
      const variance = variances[at] ?? 0;
      const step = Math.sqrt(variance) * (drawn[at] ?? 0);
      mean[at] = (mean[at] ?? 0) + sigma * step;
      const path = (1 - cC) * (pathC[at] ?? 0) + goesOn * Math.sqrt(cC * (2 - cC) * muEff) * step;
      pathC[at] = path;
      variances[at] =
        (1 - c1 - cMu) * variance +
        c1 * (path * path + (1 - goesOn) * cC * (2 - cC) * variance) +
        cMu * variance * (rankMu[at] ?? 0);
    }
    this.sigma = sigma * Math.exp((cSigma / dSigma) * (length / chiN - 1));
  }
}

function constantsOf(dimension: number, population: number): Constants {
  const parents = Math.floor(population / 2);
  const raw = Float64Array.from({ length: parents }, (_, at) => Math.log(parents + 0.5) - Math.log(at + 1));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const muEff = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);
  const cSigma = (muEff + 2) / (dimension + muEff + 5);
  const c1 = ((2 / ((dimension + 1.3) ** 2 + muEff)) * (dimension + 2)) / 3;
  return {
    weights,
    muEff,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (dimension + 1)) - 1) + cSigma,
    cC: (4 + muEff / dimension) / (dimension + 4 + (2 * muEff) / dimension),
    c1,
    cMu: Math.min(1 - c1, (((2 * (muEff - 2 + 1 / muEff)) / ((dimension + 2) ** 2 + muEff)) * (dimension + 2)) / 3),
    chiN: Math.sqrt(dimension) * (1 - 1 / (4 * dimension) + 1 / (21 * dimension * dimension)),
  };
}
