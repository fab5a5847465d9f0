import { SeededRandom } from '../routers/seeded-random.js';

/** A figure with its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The percentile bootstrap of a figure that is computed from so many tasks: they are drawn anew, with replacement, a thousand
 * times.
 *
 * @param figure of the tasks with these numbers
 */
export function bootstrap(tasks: number, figure: (drawn: readonly number[]) => number, seed: number): Interval {
  const random = new SeededRandom(seed);
  const all = Array.from({ length: tasks }, (_, at) => at);
  const figures = Array.from({ length: rounds }, () => figure(all.map(() => Math.floor(random.next() * tasks))))
    .filter((value) => Number.isFinite(value))
    .toSorted((one, other) => one - other);
  const at = (share: number): number => figures[Math.round(share * (figures.length - 1))] ?? Number.NaN;
  return { value: figure(all), low: at(0.025), high: at(0.975) };
}

const rounds = 1_000;
