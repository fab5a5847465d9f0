import type { Sampler } from './sampler.js';

/** The prior of the mixed model: mu ~ N(mean, sd²), sigma_a ~ HalfNormal(spreadOfGroups), sigma_y ~ HalfNormal(spreadWithin). */
const prior = { mean: 0.5, sd: 0.2, spreadOfGroups: 0.2, spreadWithin: 0.3 };
/** A grid of 20 by 20 is within 0.005 of one of 240 by 240 in every mean and spread. */
const side = 20;
const cells = side * side;
/** Added to sigma_y: with equal scores its posterior would pile up at 0. */
const floor = 0.01;

/** Scores of one group: those of a child and of all below it. */
interface ScoreGroup {
  readonly count: number;
  readonly mean: number;
}

/** Mean and variance of what is predicted of a new score, given a cell of the grid. */
interface Prediction {
  readonly mean: number;
  readonly variance: number;
}

/** Values of sigma_a and sigma_y that the posterior is summed over, squared. */
export class MixedModelGrid {
  readonly between: Float64Array = new Float64Array(cells);
  readonly within: Float64Array = new Float64Array(cells);

  /** Midpoints of equal probability: the prior is uniform over the grid. */
  constructor() {
    const quantiles = Array.from({ length: side }, (_, at) => halfNormalQuantile((at + 0.5) / side));
    for (const [row, groups] of quantiles.entries()) {
      for (const [column, within] of quantiles.entries()) {
        this.between[row * side + column] = (prior.spreadOfGroups * groups) ** 2;
        this.within[row * side + column] = (prior.spreadWithin * within) ** 2 + floor ** 2;
      }
    }
  }
}

/**
 * The posterior of AB-MCTS-M over groups of scores: r = alpha_j + sigma_y e, alpha_j = mu + sigma_a e_j.
 *
 * Given sigma_a and sigma_y all else is Gaussian, so that mu and alpha integrate out in closed form, and what is left is a
 * sum over a grid of the two. What the sum needs of the groups is kept by their number of scores: a decision costs the
 * grid times the different numbers there are, and not times the groups.
 *
 * Model: arXiv:2503.04412, section 3.3 and appendix B.2 (read 2026-11-23), where it is fitted by MCMC.
 */
export class MixedModel {
  readonly #grid: MixedModelGrid;
  readonly #groups = new Map<number, { count: number; mean: number; spread: number }>();
  /** Groups by their number of scores. */
  readonly #bySize = new Map<number, { groups: number; meanSum: number; squareSum: number }>();
  #withinCount = 0;
  #withinSpread = 0;
  #posterior: Posterior | undefined;

  /** @param grid one serves any number of models */
  constructor(grid: MixedModelGrid) {
    this.#grid = grid;
  }

  /** Takes in a score of a group; a group begins with its first. */
  add(group: number, score: number): void {
    this.#posterior = undefined;
    const known = this.#groups.get(group);
    if (known !== undefined) this.#resize(known.count, known.mean, -1);
    const { count = 0, mean = 0, spread = 0 } = known ?? {};
    const distance = score - mean;
    const next = { count: count + 1, mean: mean + distance / (count + 1), spread: 0 };
    next.spread = spread + distance * (score - next.mean);
    this.#groups.set(group, next);
    this.#withinSpread += next.spread - spread;
    if (count > 0) this.#withinCount++;
    this.#resize(next.count, next.mean, 1);
  }

  /** A draw of what a new score of a group would be; of one more group, for a group that is not known. */
  draw(group: number, sampler: Sampler): number {
    const posterior = this.#posterior ?? this.#fit();
    const cell = posterior.cellAt(sampler.uniform());
    const { mean, variance } = posterior.predict(cell, this.#groups.get(group));
    return mean + Math.sqrt(variance) * sampler.normal();
  }

  /** Mean and standard deviation of what is predicted of a new score. */
  predict(group: number): { readonly mean: number; readonly sd: number } {
    const posterior = this.#posterior ?? this.#fit();
    let mean = 0;
    let square = 0;
    for (let cell = 0; cell < cells; cell++) {
      const its = posterior.predict(cell, this.#groups.get(group));
      mean += posterior.weight(cell) * its.mean;
      square += posterior.weight(cell) * (its.variance + its.mean ** 2);
    }
    return { mean, sd: Math.sqrt(square - mean ** 2) };
  }

  #resize(size: number, mean: number, sign: 1 | -1): void {
    const { groups = 0, meanSum = 0, squareSum = 0 } = this.#bySize.get(size) ?? {};
    // An entry without groups is taken out, so that no rounding stays behind.
    if (groups + sign === 0) this.#bySize.delete(size);
    else
      this.#bySize.set(size, {
        groups: groups + sign,
        meanSum: meanSum + sign * mean,
        squareSum: squareSum + sign * mean * mean,
      });
  }

  #fit(): Posterior {
    const sizes = Array.from(this.#bySize, ([size, sums]) => ({ size, ...sums }));
    this.#posterior = new Posterior(this.#grid, sizes, this.#withinCount, Math.max(0, this.#withinSpread));
    return this.#posterior;
  }
}

/** What is believed of sigma_a and sigma_y, and of mu given the two. */
class Posterior {
  readonly #cumulative = new Float64Array(cells);
  readonly #precision = new Float64Array(cells);
  readonly #mean = new Float64Array(cells);

  readonly #grid: MixedModelGrid;

  constructor(
    grid: MixedModelGrid,
    sizes: readonly { size: number; groups: number; meanSum: number; squareSum: number }[],
    withinCount: number,
    withinSpread: number,
  ) {
    this.#grid = grid;
    const logs = new Float64Array(cells);
    const priorPrecision = 1 / prior.sd ** 2;
    let highest = -Infinity;
    for (let cell = 0; cell < cells; cell++) {
      const between = grid.between[cell] ?? 0;
      const within = grid.within[cell] ?? 0;
      let precision = priorPrecision;
      let linear = prior.mean * priorPrecision;
      let square = prior.mean ** 2 * priorPrecision;
      let log = -(withinCount * Math.log(within)) / 2 - withinSpread / (2 * within);
      for (const { size, groups, meanSum, squareSum } of sizes) {
        const variance = within + size * between;
        precision += (groups * size) / variance;
        linear += (size * meanSum) / variance;
        square += (size * squareSum) / variance;
        log -= (groups * Math.log(variance)) / 2;
      }
      const mean = linear / precision;
      log -= Math.log(precision) / 2 + (square - mean * mean * precision) / 2;
      this.#precision[cell] = precision;
      this.#mean[cell] = mean;
      logs[cell] = log;
      highest = Math.max(highest, log);
    }
    let sum = 0;
    for (let cell = 0; cell < cells; cell++) this.#cumulative[cell] = sum += Math.exp((logs[cell] ?? 0) - highest);
    for (let cell = 0; cell < cells; cell++) this.#cumulative[cell] = (this.#cumulative[cell] ?? 0) / sum;
  }

  weight(cell: number): number {
    return (this.#cumulative[cell] ?? 0) - (this.#cumulative[cell - 1] ?? 0);
  }

  /** The cell that this share of the weight leads to. */
  cellAt(share: number): number {
    let low = 0;
    let high = cells - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulative[middle] ?? 1) > share) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  predict(cell: number, group: ScoreGroup | undefined): Prediction {
    const between = this.#grid.between[cell] ?? 0;
    const within = this.#grid.within[cell] ?? 0;
    const mean = this.#mean[cell] ?? 0;
    const uncertainty = 1 / (this.#precision[cell] ?? 1);
    if (group === undefined) return { mean, variance: uncertainty + between + within };
    const { count } = group;
    const share = (count * between) / (within + count * between);
    return {
      mean: share * group.mean + (1 - share) * mean,
      variance: (1 - share) ** 2 * uncertainty + between * (1 - share) + within,
    };
  }
}

/** The value that a half-normal variable stays below with this probability: Newton steps on its distribution. */
function halfNormalQuantile(probability: number): number {
  let x = probability;
  for (let step = 0; step < 60; step++) {
    const density = Math.sqrt(2 / Math.PI) * Math.exp((-x * x) / 2);
    const change = (errorFunction(x / Math.SQRT2) - probability) / density;
    x -= change;
    if (Math.abs(change) < 1e-14) break;
  }
  return x;
}

/** By its series around 0, which is exact to rounding for what a grid needs (arguments below 2.5). */
function errorFunction(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
