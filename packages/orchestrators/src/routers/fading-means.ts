import type { JsonObject } from '@tako/core';

import { asObject } from './filtered.js';

interface Mean {
  readonly mean: number;
  /** How many observations it is worth, as of `atMs`. */
  readonly weight: number;
  readonly atMs: number;
}

/** Means of what was observed, by name, in which an observation counts half as much after each half-life. */
export class FadingMeans {
  readonly #means = new Map<string, Mean>();
  readonly #halfLifeMs: number;
  readonly #now: () => number;

  constructor(halfLifeMs: number, now: () => number) {
    this.#halfLifeMs = halfLifeMs;
    this.#now = now;
  }

  /** Takes in one observation; what is no finite number is left aside. */
  add(name: string, value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return;
    const weight = this.weight(name);
    const before = this.#means.get(name)?.mean ?? 0;
    const mean = before + (value - before) / (weight + 1);
    if (!Number.isFinite(mean)) return;
    this.#means.set(name, { mean, weight: weight + 1, atMs: this.#now() });
  }

  /** The mean; `undefined` where nothing was observed, or so long ago that it says nothing any more. */
  mean(name: string): number | undefined {
    return this.weight(name) < 0.1 ? undefined : this.#means.get(name)?.mean;
  }

  /** How many fresh observations the mean is worth. */
  weight(name: string): number {
    const known = this.#means.get(name);
    if (known === undefined) return 0;
    const ageMs = Math.max(0, this.#now() - known.atMs);
    return known.weight * 2 ** (-ageMs / this.#halfLifeMs);
  }

  state(): JsonObject {
    return Object.fromEntries([...this.#means].map(([name, mean]) => [name, { ...mean }]));
  }

  restore(state: unknown): void {
    for (const [name, saved] of Object.entries(asObject(state))) {
      const { mean, weight, atMs } = asObject(saved);
      if (typeof mean !== 'number' || typeof weight !== 'number' || typeof atMs !== 'number') continue;
      if (weight > 0) this.#means.set(name, { mean, weight, atMs });
    }
  }
}
