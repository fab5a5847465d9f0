import type { Chart } from './chart.ts';

/** What an experiment runs with. */
export interface ExperimentOptions {
  /** All that is random comes from it: the same seed gives the same findings. A whole number from 0. */
  readonly seed: number;
  /** Share of the problems of a full run: 1 for the figures in docs/experiments.md, less for CI. */
  readonly scale: number;
}

/** What an experiment has to show. */
interface Bar {
  /** What should be so, with its figure. */
  readonly claim: string;
  /** What was seen, with its interval. */
  readonly seen: string;
  readonly holds: boolean;
  /** Why it cannot hold, where that is known: then it does not fail the run. */
  readonly reason?: string;
}

/** What an experiment found. */
export interface Findings {
  /** Rows of cells; the first row has the headings. */
  readonly table: readonly (readonly string[])[];
  /** A bar that does not hold is reported; unless the reason is known it fails the run. */
  readonly bars: readonly Bar[];
  readonly charts: readonly Chart[];
  /** What a reader has to know: sentences, the reason of a bar that does not hold among them. */
  readonly notes: readonly string[];
}

/**
 * An experiment: a module `scripts/experiments/e<number>-<name>.ts` that exports one of these as `experiment`. It is found by
 * its file name, run by `pnpm experiments`, and told of in docs/experiments.md between the markers of its id.
 */
export interface Experiment {
  /** `E8`. */
  readonly id: string;
  readonly title: string;
  /** What it asks, and of whom: one paragraph. */
  readonly question: string;
  readonly run: (options: ExperimentOptions) => Promise<Findings>;
  /** Below this scale its bars say nothing, since there are too few problems. @defaultValue 0 */
  readonly leastScale?: number;
}

/** Bars that do not hold, and nobody knows why. */
export function brokenBars({ bars }: Pick<Findings, 'bars'>): readonly Bar[] {
  return bars.filter(({ holds, reason }) => !holds && reason === undefined);
}

/** So many problems at this scale, at least a few. */
export function atScale(count: number, { scale }: ExperimentOptions, least = 20): number {
  return Math.max(least, Math.round(count * scale));
}
