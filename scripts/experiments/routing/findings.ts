/** What an experiment runs with. */
export interface ExperimentOptions {
  /** All that is random comes from it: the same seed gives the same findings. */
  readonly seed: number;
  /** Share of the worlds of a full run. @defaultValue 1 */
  readonly scale?: number | undefined;
}

/** What an experiment has to show. */
export interface Bar {
  readonly claim: string;
  /** What was seen, with its interval. */
  readonly seen: string;
  readonly holds: boolean;
}

/** What an experiment found: the shape that `pnpm experiments` writes. */
export interface Findings {
  /** Rows of cells; the first row has the headings. */
  readonly table: readonly (readonly string[])[];
  readonly bars: readonly Bar[];
  readonly notes: readonly string[];
}

/** A mean with its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The mean of one figure for each world, by percentile bootstrap over worlds. */
export function meanOver(figures: readonly number[], random: () => number): Interval {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = Array.from({ length: 2_000 }, () =>
    mean(figures.map(() => figures[Math.floor(random() * figures.length)] ?? 0)),
  );
  const sorted = means.toSorted((one, other) => one - other);
  return { value: mean(figures), low: sorted[50] ?? 0, high: sorted[1_949] ?? 0 };
}

/** `97.1 % [96.5, 97.7]`. */
export function inPercent({ value, low, high }: Interval): string {
  const [middle, from, to] = [value, low, high].map((share) => (100 * share).toFixed(1));
  return `${middle} % [${from}, ${to}]`;
}

/** `-0.3 [-0.5, -0.1]`, in points of a hundred. */
export function inPoints({ value, low, high }: Interval): string {
  return [value, low, high]
    .map((share) => (100 * share).toFixed(1))
    .join(' [')
    .replace(/ \[([^[]*)$/, ', $1]');
}

/** So many worlds at this scale, at least three. */
export function worldsAt(count: number, { scale = 1 }: ExperimentOptions): number {
  return Math.max(3, Math.round(count * scale));
}
