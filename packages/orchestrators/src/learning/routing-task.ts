import { invalidOptions } from '@tako/core';

import { isShare } from '../routers/filtered.js';
import { encoded, type Encoder } from './encoder.js';

/** What came of one task at one provider. */
export interface TaskOutcome {
  /** 0 to 1; of several tries the mean. */
  readonly score: number;
  /** The score of each try, where there was more than one. */
  readonly tries?: readonly number[] | undefined;
  /** In US dollars, of one try. */
  readonly costUsd?: number | undefined;
  /** In milliseconds, of one try. */
  readonly latencyMs?: number | undefined;
}

/** A task whose outcomes are known, at all providers or at some. */
export interface RoutingTask {
  /** What was asked. */
  readonly text?: string | undefined;
  /** What stands for it in logs that keep no prompts; goes before `text`. */
  readonly features?: readonly number[] | undefined;
  /** By provider id. */
  readonly outcomes: Readonly<Record<string, TaskOutcome>>;
}

/** What an outcome is worth where a US dollar is worth so many points of score. */
export function worthOf({ score, costUsd = 0 }: Pick<TaskOutcome, 'score' | 'costUsd'>, costWeight: number): number {
  return score - costWeight * costUsd;
}

/** The outcome of a task at a provider; `undefined` where there is none. */
export function outcomeOf({ outcomes }: RoutingTask, id: string): TaskOutcome | undefined {
  return Object.hasOwn(outcomes, id) ? outcomes[id] : undefined;
}

/**
 * The numbers of each task.
 *
 * @throws `invalid` for a task without text and features, for features of several widths, and for scores that are none
 */
export function featuresOfTasks(tasks: readonly RoutingTask[], encoder: Encoder, where: string): Float32Array[] {
  if (tasks.length === 0) throw invalidOptions(where, 'there are no tasks');
  const all = tasks.map((task, at) => {
    for (const [id, { score }] of Object.entries(task.outcomes)) {
      if (!isShare(score))
        throw invalidOptions(where, `task ${at}: the score of ${id} must be 0 to 1, got ${String(score)}`);
    }
    if (task.features !== undefined) return Float32Array.from(task.features);
    if (task.text !== undefined) return encoded(encoder, task.text, where);
    throw invalidOptions(where, `task ${at} has neither text nor features`);
  });
  const width = all[0]?.length ?? 0;
  const odd = all.findIndex((features) => features.length !== width || !features.every(Number.isFinite));
  if (odd >= 0 || width === 0)
    throw invalidOptions(where, `task ${Math.max(0, odd)}: its features are no ${width} finite numbers`);
  return all;
}

/** @throws `invalid` for a weight of money below 0 */
export function checkCostWeight(costWeight: number, where: string): void {
  if (!(costWeight >= 0 && costWeight < Infinity))
    throw invalidOptions(where, `costWeight must be 0 or more, got ${costWeight}`);
}
