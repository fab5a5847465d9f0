import { LinearArm } from './linear-arm.js';
import { outcomeOf, worthOf, type RoutingTask } from './routing-task.js';

/** Ridge of the guess: features have length 1, and few outcomes are known of each. */
const ridge = 1;

/**
 * What each task is worth at each of the pool. Where a provider was not tried, it is guessed from the tasks where it was, by
 * ridge regression on the features; logs of a router hold one outcome for each request.
 */
export function completeOutcomes(
  tasks: readonly RoutingTask[],
  points: readonly Float32Array[],
  pool: readonly string[],
  costWeight: number,
): number[][] {
  const known = tasks.map((task) =>
    pool.map((id) => {
      const outcome = outcomeOf(task, id);
      return outcome === undefined ? undefined : worthOf(outcome, costWeight);
    }),
  );
  const guesses = pool.map((_, member) => {
    const values = known.flatMap((line) => line[member] ?? []);
    const mean = values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
    if (values.length === 0 || values.length === tasks.length) return () => mean;
    const arm = new LinearArm(points[0]?.length ?? 0, ridge);
    for (const [at, line] of known.entries()) {
      const value = line[member];
      if (value !== undefined) arm.learn(Float64Array.from(points[at] ?? []), value - mean);
    }
    return (point: Float32Array) => mean + arm.predict(Float64Array.from(point)).mean;
  });
  return known.map((line, at) =>
    line.map((value, member) => value ?? guesses[member]?.(points[at] ?? new Float32Array()) ?? 0),
  );
}
