import {
  call as callOf,
  cancelled,
  invalidOptions,
  systemClock,
  type Clock,
  type Orchestrator,
  type Provider,
  type RunResult,
} from '@tako/core';

import { attemptOnce, type AttemptSettings } from './attempt-once.js';
import { openLog } from './attempt-log.js';
import type { Grader } from './graders.js';
import { summarize, type AttemptRecord, type DrawnNode, type EvalReport } from './report.js';
import type { AttemptLimits } from './spending-limit.js';
import { readTasks, type EvalTask } from './task.js';

/** Who is evaluated. */
export type Candidate = Orchestrator | Provider;

/** What `evaluate` takes. */
export interface EvalOptions {
  /** @defaultValue `evaluation` */
  readonly name?: string | undefined;
  readonly tasks: readonly EvalTask[];
  /** By name. Names like `search@32` and `search@128` are drawn as one curve. */
  readonly candidates: { readonly [name: string]: Candidate };
  readonly grader: Grader;
  /** Attempts of each candidate at each task. @defaultValue 1 */
  readonly attempts?: number | undefined;
  /** Attempts at the same time. @defaultValue 4 */
  readonly concurrency?: number | undefined;
  /** A score from which on an attempt has passed, 0 to 1. @defaultValue 1 */
  readonly passScore?: number | undefined;
  /** What one attempt may use: the same for all. @defaultValue no limit */
  readonly limits?: AttemptLimits | undefined;
  /** Longest attempt, in milliseconds; a longer one has failed with `timeout`. @defaultValue 600000 */
  readonly timeoutMs?: number | undefined;
  /** Of the intervals. @defaultValue 1 */
  readonly seed?: number | undefined;
  /** How much of each answer the report keeps, in characters. @defaultValue 2000 */
  readonly maxTextCharacters?: number | undefined;
  /** Finds the tree of a search in a result, to be drawn. */
  readonly treeOf?: ((result: RunResult) => readonly DrawnNode[] | undefined) | undefined;
  /** A file that attempts are written to as they end. Where it has some already, these are not made again. */
  readonly resume?: string | undefined;
  /** Told after each attempt. */
  readonly onProgress?: ((progress: EvalProgress) => void) | undefined;
  /** Ends the evaluation; what is finished is in the `resume` file. */
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/** How far an evaluation has come. */
export interface EvalProgress {
  /** Attempts that are done, those of an earlier start included. */
  readonly done: number;
  readonly all: number;
  readonly last: AttemptRecord;
}

/**
 * Lets candidates try tasks, grades what they answer, and sums it up. An attempt that fails is one with score 0 and its
 * error; it ends nothing. The same report comes out whatever the order in which attempts end, and however often the
 * evaluation was stopped and started again.
 *
 * ```ts
 * const report = await evaluate({ tasks, candidates: { agent, search }, grader: exactMatch(), attempts: 4 });
 * ```
 *
 * @throws `invalid` for options that cannot work, or a `resume` file of another evaluation; `cancelled` when the signal aborts
 */
export async function evaluate(options: EvalOptions): Promise<EvalReport> {
  const { name = 'evaluation', tasks, candidates, grader, attempts = 1, concurrency = 4, passScore = 1 } = options;
  const { limits = {}, timeoutMs = 600_000, seed = 1, maxTextCharacters = 2_000, treeOf } = options;
  const { resume, onProgress, signal, clock = systemClock(globalThis) } = options;
  const names = Object.keys(candidates);
  checkCount('attempts', attempts);
  checkCount('concurrency', concurrency);
  if (names.length === 0) throw invalidOptions('evaluate', 'there are no candidates');
  if (!(passScore >= 0 && passScore <= 1))
    throw invalidOptions('evaluate', `passScore must be 0 to 1, got ${passScore}`);
  const known = await checkTasks(tasks);

  const settings: AttemptSettings = { grader, limits, timeoutMs, maxTextCharacters, treeOf, clock };
  const plan = known.flatMap((task) =>
    names.flatMap((candidate) => Array.from({ length: attempts }, (_, attempt) => ({ task, candidate, attempt }))),
  );
  const log = resume === undefined ? undefined : await openLog(resume, { name, tasks: known, candidates: names });
  const records = new Map<string, AttemptRecord>(log?.records.map((record) => [keyOf(record), record]));
  const isPlanned = new Set(plan.map(({ task, candidate, attempt }) => keyOf({ taskId: task.id, candidate, attempt })));
  for (const key of records.keys()) if (!isPlanned.has(key)) records.delete(key);
  const left = plan.filter(
    ({ task, candidate, attempt }) => !records.has(keyOf({ taskId: task.id, candidate, attempt })),
  );

  try {
    await inParallel(left, concurrency, signal, async ({ task, candidate, attempt }) => {
      const target = candidates[candidate];
      if (target === undefined) return;
      const context = callOf({ signal });
      const came = await attemptOnce(task, target, settings, context);
      if (signal?.aborted === true) return; // it did not end by itself
      const record = { taskId: task.id, candidate, attempt, ...came };
      records.set(keyOf(record), record);
      await log?.add(record);
      onProgress?.({ done: records.size, all: plan.length, last: record });
    });
  } finally {
    await log?.close();
  }
  if (signal?.aborted === true) throw cancelled(signal.reason);

  const inOrder = plan.flatMap(({ task, candidate, attempt }) => {
    const record = records.get(keyOf({ taskId: task.id, candidate, attempt }));
    return record === undefined ? [] : [record];
  });
  const summaries = names.map((candidate) => {
    const its = inOrder.filter((record) => record.candidate === candidate);
    return [candidate, summarize(its, passScore, seed)] as const;
  });
  return {
    version: 1,
    name,
    passScore,
    seed,
    tasks: known.length,
    candidates: Object.fromEntries(summaries),
    attempts: inOrder,
  };
}

function checkCount(name: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 1)) {
    throw invalidOptions('evaluate', `${name} must be a whole number from 1, got ${value}`);
  }
}

/** Tasks are held to what files are. */
async function checkTasks(tasks: readonly EvalTask[]): Promise<readonly EvalTask[]> {
  const known: EvalTask[] = [];
  for await (const task of readTasks(tasks.map((each) => JSON.stringify(each)))) known.push(task);
  if (known.length === 0) throw invalidOptions('evaluate', 'there are no tasks');
  return known;
}

function keyOf({ taskId, candidate, attempt }: Pick<AttemptRecord, 'taskId' | 'candidate' | 'attempt'>): string {
  return JSON.stringify([taskId, candidate, attempt]);
}

async function inParallel<T>(
  items: readonly T[],
  count: number,
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (signal?.aborted === true) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, worker));
}
