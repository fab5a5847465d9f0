/** What a step needs to run, and how it ended: all that the schedule looks at. */
export interface ScheduledStep {
  /** Numbers of the steps that it waits for: 1 is the first. */
  readonly reads: readonly number[];
}

/**
 * When a step may start that reads several others, and which step gives the answer.
 *
 * - `all`: when all of them have ended; the answer is the last step's
 * - `first_success`: as soon as one has succeeded; the answer is that of the first step that nobody reads
 * - `{ quorum }`: as soon as so many have succeeded
 * - `best_scored`: when all have ended, and only the one that the verifier likes best is handed on
 *
 * Steps that nobody waits for any more are stopped.
 */
export type Join = 'all' | 'first_success' | 'best_scored' | { readonly quorum: number };

/** How a step ended. */
export interface StepEnd {
  readonly ok: boolean;
}

/** A schedule to be run. */
export interface Schedule<End extends StepEnd> {
  readonly steps: readonly ScheduledStep[];
  readonly join: Join;
  /** Steps that run at the same time. */
  readonly maxFanout: number;
  /** Whether the first failure stops everything. */
  readonly failFast: boolean;
  /** Runs a step, given how those that it reads have ended so far. Rejects when the whole run cannot go on. */
  readonly run: (number: number, ends: ReadonlyMap<number, End>, signal: AbortSignal) => Promise<End>;
}

/**
 * Runs every step as soon as what it reads is there. Among those that may start, the one with the longest way to the end
 * goes first.
 *
 * @returns how the steps ended, by number; those that were not needed are absent
 * @throws what a step rejects with, when all others have been stopped
 */
export async function runSteps<End extends StepEnd>(schedule: Schedule<End>): Promise<ReadonlyMap<number, End>> {
  const { steps, join, maxFanout, failFast } = schedule;
  const ends = new Map<number, End>();
  const running = new Map<number, { readonly controller: AbortController; readonly work: Promise<void> }>();
  const waysToEnd = longestWays(steps);
  let failure: { readonly error: unknown } | undefined;
  let isOver = false;

  const stopAll = (): void => {
    isOver = true;
    for (const { controller } of running.values()) controller.abort(new Error('the step is not needed any more'));
  };
  const ended = (number: number, end: End): void => {
    running.delete(number);
    if (isOver) return;
    ends.set(number, end);
    if (!end.ok && failFast) stopAll();
    else stopUnneeded();
  };
  const start = async (number: number, signal: AbortSignal): Promise<void> => {
    try {
      const end = await schedule.run(number, new Map(ends), signal);
      if (!signal.aborted) ended(number, end);
    } catch (error) {
      if (signal.aborted) return; // it was stopped
      failure ??= { error };
      stopAll();
    }
  };
  const stopUnneeded = (): void => {
    if (hasAnswer(steps, join, ends)) return stopAll();
    const needed = neededSteps(steps, join, ends);
    for (const [number, { controller }] of running) {
      if (!needed.has(number)) controller.abort(new Error('the step is not needed any more'));
    }
  };

  for (;;) {
    const ready = isOver
      ? []
      : [...neededSteps(steps, join, ends)]
          .filter((number) => !ends.has(number) && !running.has(number))
          .filter((number) => isReady(steps[number - 1]?.reads ?? [], join, ends))
          .toSorted((one, other) => (waysToEnd[other - 1] ?? 0) - (waysToEnd[one - 1] ?? 0) || one - other);
    for (const number of ready.slice(0, Math.max(0, maxFanout - running.size))) {
      const controller = new AbortController();
      const work = start(number, controller.signal).finally(() => {
        running.delete(number);
      });
      running.set(number, { controller, work });
    }
    if (running.size === 0) break;
    await Promise.race([...running.values()].map(({ work }) => work));
  }
  if (failure !== undefined) throw failure.error;
  return ends;
}

/** Steps on the longest way from each to the end, itself included. */
function longestWays(steps: readonly ScheduledStep[]): number[] {
  const ways = steps.map(() => 1);
  for (let at = steps.length - 1; at >= 0; at--) {
    for (const source of steps[at]?.reads ?? []) {
      if (source > 0) ways[source - 1] = Math.max(ways[source - 1] ?? 1, (ways[at] ?? 1) + 1);
    }
  }
  return ways;
}

function isReady(reads: readonly number[], join: Join, ends: ReadonlyMap<number, StepEnd>): boolean {
  const sources = reads.filter((number) => number > 0);
  const done = sources.filter((number) => ends.has(number));
  if (done.length === sources.length) return true;
  return isEnough(done, sources.length, join, ends);
}

/** Whether so many successes need no more. */
function isEnough(done: readonly number[], all: number, join: Join, ends: ReadonlyMap<number, StepEnd>): boolean {
  const quorum = join === 'first_success' ? 1 : typeof join === 'object' ? join.quorum : Infinity;
  return done.filter((number) => ends.get(number)?.ok === true).length >= Math.min(quorum, all);
}

/** The steps that nobody reads; with `all` only the last step counts. */
export function answerSteps(steps: readonly ScheduledStep[], join: Join): readonly number[] {
  if (join === 'all') return [steps.length];
  const read = new Set(steps.flatMap(({ reads }) => reads));
  return steps.map((_, at) => at + 1).filter((number) => !read.has(number));
}

function hasAnswer(steps: readonly ScheduledStep[], join: Join, ends: ReadonlyMap<number, StepEnd>): boolean {
  const answers = answerSteps(steps, join);
  const done = answers.filter((number) => ends.has(number));
  return done.length === answers.length || (join !== 'all' && isEnough(done, answers.length, join, ends));
}

/** Everything that a step which has not ended still waits for, and the answers themselves. */
function neededSteps(steps: readonly ScheduledStep[], join: Join, ends: ReadonlyMap<number, StepEnd>): Set<number> {
  const needed = new Set<number>();
  const visit = (number: number): void => {
    if (needed.has(number) || ends.has(number) || number <= 0) return;
    needed.add(number);
    const { reads = [] } = steps[number - 1] ?? {};
    if (!isReady(reads, join, ends)) for (const source of reads) visit(source);
  };
  for (const number of answerSteps(steps, join)) visit(number);
  return needed;
}
