import { SeededRandom } from '../../routers/seeded-random.js';
import type { BeliefParams } from './belief.js';

/** Where a search gets its chance from. Tests put recorded draws in its place. */
export interface Sampler {
  /** A draw from a belief: of the share, or of the mean. */
  draw(params: BeliefParams): number;
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** A sampler from a seed, whose whole state is one number. */
export class SeededSampler implements Sampler {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** A sampler made of it goes on where this one is. */
  get state(): number {
    return this.#random.state;
  }

  draw(params: BeliefParams): number {
    if ('a' in params) {
      const left = this.#gamma(params.a);
      const right = this.#gamma(params.b);
      // Both vanish only for parameters far below any that scores lead to.
      return left + right === 0 ? 0.5 : left / (left + right);
    }
    const { m, kappa, nu, tauSquare } = params;
    const variance = (nu * tauSquare) / Math.max(2 * this.#gamma(nu / 2), Number.MIN_VALUE);
    return m + Math.sqrt(variance / kappa) * this.normal();
  }

  uniform(): number {
    return this.#random.next();
  }

  /** By the polar form of Box and Muller; the second number of a pair is given up, so that the state stays one number. */
  normal(): number {
    for (;;) {
      const x = 2 * this.#random.next() - 1;
      const y = 2 * this.#random.next() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  /**
   * Gamma with this shape and scale 1. Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26
   * (2000); shapes below 1 by the power of a uniform that they give.
   */
  #gamma(shape: number): number {
    if (shape < 1) return this.#gamma(shape + 1) * (1 - this.#random.next()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const square = x * x;
      const u = 1 - this.#random.next();
      // What their squeeze accepts the logarithms would too.
      if (u < 1 - 0.0331 * square * square || Math.log(u) < 0.5 * square + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}
