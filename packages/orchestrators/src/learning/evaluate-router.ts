import { call, invalidOptions, isTakoError, type Router } from '@tako/core';

import { averageQuality, type CostPoint } from './cost-hull.js';
import { bootstrap, type Interval } from './interval.js';
import { outcomeOf, type RoutingTask, type TaskOutcome } from './routing-task.js';
import { taskProvider, taskRequest } from './task-provider.js';

/** What `evaluateRouter` takes besides tasks and router. */
export interface EvaluateRouterOptions {
  /** Provider ids, whose outcomes every task has to know. @defaultValue those of the first task */
  readonly pool?: readonly string[] | undefined;
  /** Whether the router is told what came of each choice, as it would be at work. @defaultValue false */
  readonly learns?: boolean | undefined;
  /** Of the intervals. @defaultValue 1 */
  readonly seed?: number | undefined;
}

/** How a provider would do if it were always asked. */
export interface SingleReport extends CostPoint {
  readonly providerId: string;
  /** Share of the tasks for which the router chose it. */
  readonly share: number;
}

/** How a router does on tasks whose outcomes are known. Intervals are 95 %, by bootstrap over tasks. */
export interface RouterReport {
  readonly tasks: number;
  /** Mean score of whom it chose. */
  readonly accuracy: Interval;
  /** Mean cost of a task, in US dollars; unknown costs count as nothing. */
  readonly costUsd: number;
  /** In the order of the pool. */
  readonly singles: readonly SingleReport[];
  /** The one with the highest mean score on these tasks: chosen with hindsight, and so a hard rival. */
  readonly bestSingle: SingleReport;
  /** Mean score of who always chooses best. */
  readonly oracle: number;
  /**
   * Whether the oracle chose by some tries and was scored by others. If not, it takes every lucky try for skill, and is too high
   * wherever outcomes are noisy.
   */
  readonly isOracleCrossFitted: boolean;
  /** What it gains on the best single one, as a share of what the oracle gains; `undefined` where the oracle gains nothing. */
  readonly shareOfGap: Interval | undefined;
  /** RouterBench's AIQ over the costs of the singles: of these and the router, and of these alone. */
  readonly aiq: { readonly withRouter: number; readonly singles: number };
  /** Tasks for which it threw: they count as a score of 0. */
  readonly failures: number;
}

/**
 * Lets a router choose for tasks whose outcomes are known at every provider; nobody is asked. The tasks must not be those that it
 * was trained on.
 *
 * @throws `invalid` for no tasks, or a task whose outcomes are not all known
 */
export async function evaluateRouter(
  tasks: readonly RoutingTask[],
  router: Router,
  options: EvaluateRouterOptions = {},
): Promise<RouterReport> {
  const { pool = Object.keys(tasks[0]?.outcomes ?? {}), learns = false, seed = 1 } = options;
  if (tasks.length === 0 || pool.length === 0) throw invalidOptions('evaluateRouter', 'there are no tasks, or no pool');
  const table = tasks.map((task, at) =>
    pool.map((id) => {
      const outcome = outcomeOf(task, id);
      if (outcome === undefined)
        throw invalidOptions('evaluateRouter', `the outcome of task ${at} at ${id} is not known`);
      return outcome;
    }),
  );
  const candidates = pool.map(taskProvider);
  const chosen: number[] = [];
  for (const [at, task] of tasks.entries()) {
    try {
      const route = await router.route(taskRequest(task, candidates), call());
      const member = pool.indexOf(route.providerId);
      chosen.push(member);
      const outcome = table[at]?.[member];
      if (!learns || outcome === undefined) continue;
      const { score, costUsd, latencyMs } = outcome;
      const asked =
        route.features === undefined
          ? { request: taskRequest(task, candidates).request }
          : { features: route.features };
      router.learn?.({ providerId: route.providerId, score, costUsd, latencyMs, ...asked });
    } catch (error) {
      if (!isTakoError(error)) throw error;
      chosen.push(-1);
    }
  }

  const mean = (of: (task: number) => number, drawn = numbers): number =>
    drawn.reduce((sum, at) => sum + of(at), 0) / drawn.length;
  const numbers = tasks.map((_, at) => at);
  const outcomeAt = (at: number, member: number): TaskOutcome | undefined => table[at]?.[member];
  const score = (at: number): number => outcomeAt(at, chosen[at] ?? -1)?.score ?? 0;
  const cost = (at: number): number => outcomeAt(at, chosen[at] ?? -1)?.costUsd ?? 0;
  const singles = pool.map((providerId, member) => ({
    providerId,
    accuracy: mean((at) => outcomeAt(at, member)?.score ?? 0),
    costUsd: mean((at) => outcomeAt(at, member)?.costUsd ?? 0),
    share: chosen.filter((one) => one === member).length / tasks.length,
  }));
  const bestSingle = singles.reduce((one, other) => (other.accuracy > one.accuracy ? other : one));
  const best = singles.indexOf(bestSingle);
  const isOracleCrossFitted = table.every((line) => line.every(({ tries = [] }) => tries.length > 1));
  const oracleAt = (at: number): number =>
    isOracleCrossFitted ? crossFitted(table[at] ?? []) : Math.max(...(table[at] ?? []).map((it) => it.score));
  const bests = numbers.map(oracleAt);
  const oracle = mean((at) => bests[at] ?? 0);
  const shareOf = (drawn: readonly number[]): number => {
    const single = mean((at) => outcomeAt(at, best)?.score ?? 0, [...drawn]);
    return (mean(score, [...drawn]) - single) / (mean((at) => bests[at] ?? 0, [...drawn]) - single);
  };
  const accuracy = bootstrap(tasks.length, (drawn) => mean(score, [...drawn]), seed);
  const costUsd = mean(cost);
  return {
    tasks: tasks.length,
    accuracy,
    costUsd,
    singles,
    bestSingle,
    oracle,
    isOracleCrossFitted,
    shareOfGap: oracle - bestSingle.accuracy > 1e-12 ? bootstrap(tasks.length, shareOf, seed) : undefined,
    aiq: {
      withRouter: averageQuality([...singles, { costUsd, accuracy: accuracy.value }], singles),
      singles: averageQuality(singles),
    },
    failures: chosen.filter((member) => member < 0).length,
  };
}

/** Who was best in every other try, scored by the tries between; and the other way round. */
function crossFitted(outcomes: readonly TaskOutcome[]): number {
  const half = (tries: readonly number[], parity: number): number => {
    const own = tries.filter((_, at) => at % 2 === parity);
    return own.reduce((sum, score) => sum + score, 0) / Math.max(1, own.length);
  };
  const scored = [0, 1].map((parity) => {
    const chosenBy = outcomes.map(({ tries = [] }) => half(tries, parity));
    const other = outcomes.map(({ tries = [] }) => half(tries, 1 - parity));
    const top = Math.max(...chosenBy);
    // Of those who are alike by these tries nobody can say who is best.
    const alike = other.filter((_, member) => chosenBy[member] === top);
    return alike.reduce((sum, score) => sum + score, 0) / alike.length;
  });
  return ((scored[0] ?? 0) + (scored[1] ?? 0)) / 2;
}
