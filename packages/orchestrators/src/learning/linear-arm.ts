import type { JsonObject, JsonValue } from '@tako/core';

/** What a linear arm expects of a request, and how far it may be off: a standard deviation, in units of the noise. */
export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

/** Recomputed when what was learned has faded by so much: to do it for each arm at each step would cost without end. */
const stale = 0.98;

/**
 * Ridge regression of a reward on features, learned one outcome at a time, in which what is old fades: its normal equations,
 * and their Cholesky factor as of the last time it was needed.
 */
export class LinearArm {
  readonly #width: number;
  readonly #ridge: number;
  /** Lower triangle of the sum of products of features, by rows; without the ridge, which does not fade. */
  #products: Float64Array;
  #rewards: Float64Array;
  /** Outcomes that it is worth by now. */
  #count = 0;
  #factor: Float64Array | undefined;
  #solution: Float64Array | undefined;
  #fadedSince = 1;

  constructor(width: number, ridge: number) {
    this.#width = width;
    this.#ridge = ridge;
    this.#products = new Float64Array((width * (width + 1)) / 2);
    this.#rewards = new Float64Array(width);
  }

  get count(): number {
    return this.#count;
  }

  /** Takes in one outcome. */
  learn(features: Float64Array, reward: number, weight = 1): void {
    let at = 0;
    for (let row = 0; row < this.#width; row++) {
      const value = (features[row] ?? 0) * weight;
      this.#rewards[row] = (this.#rewards[row] ?? 0) + value * reward;
      for (let column = 0; column <= row; column++, at++) {
        this.#products[at] = (this.#products[at] ?? 0) + value * (features[column] ?? 0);
      }
    }
    this.#count += weight;
    this.#factor = undefined;
  }

  /** Lets what it has learned count less: 0.999 for a thousandth less. */
  fade(by: number): void {
    if (by === 1) return;
    // All that was learned fades alike, so that until the next outcome one number stands for it.
    this.#fadedSince *= by;
    this.#count *= by;
    if (this.#fadedSince < stale) this.#settle();
  }

  predict(features: Float64Array): Prediction {
    const factor = this.#factored();
    let mean = 0;
    for (let at = 0; at < this.#width; at++) mean += (this.#solution?.[at] ?? 0) * (features[at] ?? 0);
    const half = forward(factor, features);
    const deviation = Math.sqrt(half.reduce((sum, value) => sum + value * value, 0));
    return { mean, deviation };
  }

  state(): JsonObject {
    this.#settle();
    return { count: this.#count, products: rounded(this.#products), rewards: rounded(this.#rewards) };
  }

  /** Takes a state back; one that is none leaves the arm as it was. */
  restore({ count, products, rewards }: { readonly [name: string]: JsonValue | undefined }): void {
    if (!isNumbers(products, this.#products.length) || !isNumbers(rewards, this.#width)) return;
    if (typeof count !== 'number' || !(count >= 0)) return;
    const before = [this.#products, this.#rewards] as const;
    [this.#products, this.#rewards] = [Float64Array.from(products), Float64Array.from(rewards)];
    this.#factor = undefined;
    // Sums that no outcomes could have given have no factor.
    if (this.#factored().every((value) => Number.isFinite(value))) this.#count = count;
    else {
      [this.#products, this.#rewards] = before;
      this.#factor = undefined;
    }
  }

  #settle(): void {
    if (this.#fadedSince === 1) return;
    const by = this.#fadedSince;
    this.#products = this.#products.map((value) => value * by);
    this.#rewards = this.#rewards.map((value) => value * by);
    this.#fadedSince = 1;
    this.#factor = undefined;
  }

  #factored(): Float64Array {
    if (this.#factor !== undefined) return this.#factor;
    this.#settle();
    const factor = cholesky(this.#products, this.#ridge, this.#width);
    this.#factor = factor;
    this.#solution = backward(factor, forward(factor, this.#rewards));
    return factor;
  }
}

const start = (row: number): number => (row * (row + 1)) / 2;

/** The lower factor of a matrix given by its lower triangle, with `ridge` added to the diagonal. */
function cholesky(lower: Float64Array, ridge: number, width: number): Float64Array {
  const factor = new Float64Array(lower.length);
  for (let row = 0; row < width; row++) {
    const own = start(row);
    for (let column = 0; column <= row; column++) {
      const other = start(column);
      let sum = (lower[own + column] ?? 0) + (row === column ? ridge : 0);
      for (let at = 0; at < column; at++) sum -= (factor[own + at] ?? 0) * (factor[other + at] ?? 0);
      factor[own + column] = row === column ? Math.sqrt(sum) : sum / (factor[other + column] ?? 1);
    }
  }
  return factor;
}

/** Solves factor * x = values. */
function forward(factor: Float64Array, values: Float64Array): Float64Array {
  const solved = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const own = start(row);
    let sum = values[row] ?? 0;
    for (let at = 0; at < row; at++) sum -= (factor[own + at] ?? 0) * (solved[at] ?? 0);
    solved[row] = sum / (factor[own + row] ?? 1);
  }
  return solved;
}

/** Solves factor' * x = values. */
function backward(factor: Float64Array, values: Float64Array): Float64Array {
  const solved = new Float64Array(values.length);
  for (let row = values.length - 1; row >= 0; row--) {
    let sum = values[row] ?? 0;
    for (let at = row + 1; at < values.length; at++) sum -= (factor[start(at) + row] ?? 0) * (solved[at] ?? 0);
    solved[row] = sum / (factor[start(row) + row] ?? 1);
  }
  return solved;
}

function isNumbers(value: JsonValue | undefined, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((item) => Number.isFinite(item));
}

function rounded(values: Float64Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(8)));
}
