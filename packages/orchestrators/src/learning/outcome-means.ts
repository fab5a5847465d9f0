import type { JsonValue } from '@tako/core';

/** Sums of scores and of costs, as many of each as there are providers in a pool. */
export class OutcomeMeans {
  readonly #sums: Float64Array;

  constructor(pool: number, sums?: readonly number[]) {
    this.#sums = Float64Array.from({ length: pool * 4 }, (_, at) => sums?.[at] ?? 0);
  }

  /** What is absent, or no number, teaches nothing. */
  add(member: number, score: number | undefined, costUsd: number | undefined, weight = 1): void {
    this.#put(member * 4, score, weight);
    this.#put(member * 4 + 2, costUsd, weight);
  }

  /** The mean score, as if it had been `fallback` so many times before; and how many scores there were. */
  score(member: number, fallback: number, priorWeight: number): { readonly mean: number; readonly count: number } {
    const [sum, count] = [this.#sums[member * 4] ?? 0, this.#sums[member * 4 + 1] ?? 0];
    const weight = count + priorWeight;
    return { mean: weight === 0 ? fallback : (sum + fallback * priorWeight) / weight, count };
  }

  /** The mean cost; `undefined` where it was never told. */
  costUsd(member: number): number | undefined {
    const [sum, count] = [this.#sums[member * 4 + 2] ?? 0, this.#sums[member * 4 + 3] ?? 0];
    return count > 0 ? sum / count : undefined;
  }

  state(): number[] {
    return [...this.#sums];
  }

  /** @returns `undefined` for what is no such state */
  static from(pool: number, state: JsonValue | undefined): OutcomeMeans | undefined {
    if (!Array.isArray(state) || state.length !== pool * 4) return undefined;
    const sums = state.map(Number);
    return sums.every((sum) => Number.isFinite(sum)) ? new OutcomeMeans(pool, sums) : undefined;
  }

  #put(at: number, value: number | undefined, weight: number): void {
    if (value === undefined || !Number.isFinite(value) || !(Math.abs(value) < 1e12)) return;
    this.#sums[at] = (this.#sums[at] ?? 0) + value * weight;
    this.#sums[at + 1] = (this.#sums[at + 1] ?? 0) + weight;
  }
}
