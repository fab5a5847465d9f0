import { call, invalidOptions } from '@tako/core';

import { outcomeOf, type RoutingTask } from './routing-task.js';
import { taskProvider, taskRequest } from './task-provider.js';
import type { NeedScore } from './threshold-router.js';

/** What `preferenceCurve` and `calibrate` take besides tasks. */
export interface PreferenceOptions {
  /** Provider id of the strong one. */
  readonly strong: string;
  /** Provider id of the weak one. */
  readonly weak: string;
  /** How much each task needs the strong one: a score as `thresholdRouter` takes it, or one number for each task. */
  readonly score: NeedScore | readonly number[];
}

/** What comes of one threshold. */
export interface PreferencePoint {
  /** Scores of this and more go to the strong one. `Infinity` where none does. */
  readonly threshold: number;
  /** Share of the strong one's calls, 0 to 1. */
  readonly share: number;
  /** Mean score. */
  readonly accuracy: number;
  /** Mean cost of a task, in US dollars; unknown costs count as nothing. */
  readonly costUsd: number;
}

/** What comes of every threshold, and RouteLLM's figures for the whole. */
export interface PreferenceCurve {
  /** From no call for the strong one to all. */
  readonly points: readonly PreferencePoint[];
  /** The weak one's mean score. */
  readonly weak: number;
  /** The strong one's. */
  readonly strong: number;
  /**
   * Area under the share of the gap (PGR) over the share of strong calls: 0.5 is chance. `undefined` where the two are equally
   * good.
   */
  readonly apgr: number | undefined;
}

/**
 * Every threshold of a score between two models, on tasks whose outcomes are known.
 *
 * @throws `invalid` for no tasks, a task that one of them has not tried, or scores that are no numbers
 * @see https://arxiv.org/abs/2406.18665 (read 2026-11-23)
 */
export async function preferenceCurve(
  tasks: readonly RoutingTask[],
  options: PreferenceOptions,
): Promise<PreferenceCurve> {
  const { strong, weak } = options;
  if (tasks.length === 0) throw invalidOptions('preferenceCurve', 'there are no tasks');
  const needs = await needsOf(tasks, options);
  const rows = tasks.map((task, at) => {
    const [best, cheap] = [outcomeOf(task, strong), outcomeOf(task, weak)];
    const need = needs[at] ?? Number.NaN;
    if (best === undefined || cheap === undefined)
      throw invalidOptions('preferenceCurve', `task ${at} was not tried by both`);
    if (!Number.isFinite(need)) throw invalidOptions('preferenceCurve', `the score of task ${at} is no number`);
    return { need, gain: best.score - cheap.score, dearer: (best.costUsd ?? 0) - (cheap.costUsd ?? 0), cheap };
  });
  const count = rows.length;
  let accuracy = rows.reduce((sum, { cheap }) => sum + cheap.score, 0) / count;
  let costUsd = rows.reduce((sum, { cheap }) => sum + (cheap.costUsd ?? 0), 0) / count;
  const points: PreferencePoint[] = [{ threshold: Infinity, share: 0, accuracy, costUsd }];
  const falling = rows.toSorted((one, other) => other.need - one.need);
  for (const [at, { need, gain, dearer }] of falling.entries()) {
    accuracy += gain / count;
    costUsd += dearer / count;
    // Tasks of the same score go together.
    if (falling[at + 1]?.need !== need) points.push({ threshold: need, share: (at + 1) / count, accuracy, costUsd });
  }
  const [lowest, highest] = [points[0]?.accuracy ?? 0, accuracy];
  return { points, weak: lowest, strong: highest, apgr: areaOf(points, lowest, highest) };
}

/**
 * The least share of strong calls with which so large a share of the gap between the two is closed: RouteLLM's CPT(50) is
 * `callsForGap(curve, 0.5)`. `undefined` where there is no gap.
 */
export function callsForGap({ points, weak, strong }: PreferenceCurve, gap: number): number | undefined {
  if (strong <= weak) return undefined;
  // A sum of many scores may miss the last by a hair.
  return points.find(({ accuracy }) => accuracy - weak >= gap * (strong - weak) - 1e-12)?.share;
}

async function needsOf(
  tasks: readonly RoutingTask[],
  { strong, weak, score }: PreferenceOptions,
): Promise<readonly number[]> {
  if (typeof score !== 'function') return score;
  const candidates = [strong, weak].map(taskProvider);
  const needs: number[] = [];
  for (const task of tasks) needs.push(await score(taskRequest(task, candidates), call()));
  return needs;
}

/** By trapezoids. */
function areaOf(points: readonly PreferencePoint[], weak: number, strong: number): number | undefined {
  if (Math.abs(strong - weak) < 1e-12) return undefined;
  let area = 0;
  for (const [at, point] of points.entries()) {
    const before = points[at - 1];
    if (before === undefined) continue;
    const middle = (point.accuracy + before.accuracy) / 2;
    area += ((middle - weak) / (strong - weak)) * (point.share - before.share);
  }
  return area;
}
