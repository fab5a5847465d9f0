import { groupBy } from './group-by.js';
import type { AttemptRecord, EvalReport } from './report.js';
import { bootstrap, mean, type Estimate } from './statistics.js';

/** How one candidate does beside another, on the tasks that both have a score for. */
export interface Comparison {
  readonly left: string;
  readonly right: string;
  readonly tasks: number;
  /** Score of `right` minus score of `left`, task by task: an interval that does not hold 0 is a difference. */
  readonly difference: Estimate;
  /** Tasks that `right` does better, worse, and alike. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** Every pair of candidates of a report, paired by task. */
export function comparePairs({ candidates, attempts, seed }: EvalReport): readonly Comparison[] {
  const names = Object.keys(candidates);
  return names.flatMap((left, at) =>
    names
      .slice(at + 1)
      .map((right) => compareScores(left, scoresOf(attempts, left), right, scoresOf(attempts, right), seed)),
  );
}

/**
 * The same candidate in two reports: before and after a change. A candidate that only one has is left out.
 */
export function compareReports(before: EvalReport, after: EvalReport): readonly Comparison[] {
  return Object.keys(before.candidates)
    .filter((name) => Object.hasOwn(after.candidates, name))
    .map((name) =>
      compareScores(
        `${name} (before)`,
        scoresOf(before.attempts, name),
        `${name} (after)`,
        scoresOf(after.attempts, name),
        before.seed,
      ),
    );
}

function scoresOf(attempts: readonly AttemptRecord[], candidate: string): ReadonlyMap<string, number> {
  const graded = attempts.filter((each) => each.candidate === candidate && each.score !== undefined);
  const byTask = groupBy(graded, ({ taskId }) => taskId);
  return new Map(Array.from(byTask, ([id, its]) => [id, mean(its.map(({ score = 0 }) => score))]));
}

function compareScores(
  left: string,
  leftScores: ReadonlyMap<string, number>,
  right: string,
  rightScores: ReadonlyMap<string, number>,
  seed: number,
): Comparison {
  const differences = [...leftScores].flatMap(([id, score]) => {
    const other = rightScores.get(id);
    return other === undefined ? [] : [other - score];
  });
  return {
    left,
    right,
    tasks: differences.length,
    difference: bootstrap(differences, seed),
    wins: differences.filter((each) => each > 1e-9).length,
    losses: differences.filter((each) => each < -1e-9).length,
    ties: differences.filter((each) => Math.abs(each) <= 1e-9).length,
  };
}
