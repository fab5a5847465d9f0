/** A figure, and between what it lies with 95 % confidence. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The chance that at least one of `k` answers is right, of which `n` were tried and `c` were right: the unbiased estimate of
 * Chen et al., "Evaluating Large Language Models Trained on Code", arXiv:2107.03374, section 2.1 (read 2026-11-23).
 *
 * @returns `NaN` for `k` above `n`
 */
export function passAtK(n: number, c: number, k: number): number {
  if (k > n) return Number.NaN;
  if (n - c < k) return 1;
  let miss = 1;
  for (let at = n - c + 1; at <= n; at++) miss *= 1 - k / at;
  return 1 - miss;
}

/** The mean, with a bootstrap interval over `values`: tasks, not attempts, since attempts at one task are alike. */
export function bootstrap(values: readonly number[], seed: number, times = 1_000): Estimate {
  const center = mean(values);
  if (values.length < 2) return { mean: center, low: center, high: center };
  const random = seeded(seed);
  const means = Float64Array.from({ length: times }, () => {
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  }).toSorted();
  return {
    mean: center,
    low: means[Math.floor(0.025 * times)] ?? center,
    high: means[Math.ceil(0.975 * times) - 1] ?? center,
  };
}

/** `NaN` for no values. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value that this share of the values does not exceed; `NaN` for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Uniform numbers in [0, 1) from a seed: Mulberry32, in the public domain. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
