import type { ErrorCode } from '@tako/core';

import { groupBy } from './group-by.js';
import { bootstrap, mean, passAtK, quantile, type Estimate } from './statistics.js';

/** A tree that a search has left, to be drawn. */
export interface DrawnNode {
  readonly id: number;
  /** Absent for what hangs under the question itself. */
  readonly parent?: number | undefined;
  readonly label: string;
  /** 0 to 1. */
  readonly score?: number | undefined;
  readonly costUsd?: number | undefined;
  readonly isChosen?: boolean | undefined;
}

/** One attempt at one task by one candidate. Plain JSON. */
export interface AttemptRecord {
  readonly taskId: string;
  readonly candidate: string;
  /** From 0 on. */
  readonly attempt: number;
  /** 0 to 1; 0 where there was no answer. Absent where the grading failed. */
  readonly score?: number | undefined;
  readonly feedback?: string | undefined;
  /** The answer, cut to `maxTextCharacters`. */
  readonly text: string;
  readonly stopReason?: string | undefined;
  /** Why there is no answer. */
  readonly error?: ErrorCode | undefined;
  /** Why there is no score. */
  readonly gradingError?: string | undefined;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; absent where the price of any call is not known. */
  readonly costUsd?: number | undefined;
  readonly durationMs: number;
  readonly tree?: readonly DrawnNode[] | undefined;
}

/** What a candidate came to. */
export interface CandidateSummary {
  readonly tasks: number;
  readonly attempts: number;
  /** Attempts whose grading failed: they count nowhere else. */
  readonly ungraded: number;
  /** Over tasks, each by the mean of its attempts. */
  readonly score: Estimate;
  /** By `k`: 1, 2, … up to the attempts at a task. */
  readonly passAtK: { readonly [k: string]: Estimate };
  /** Of all attempts together, in US dollars; absent where the price of any call is not known. */
  readonly costUsd?: number | undefined;
  /** Per attempt. Absent where the price of any call is not known. */
  readonly meanCostUsd?: number | undefined;
  readonly meanCalls: number;
  readonly meanTokens: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Attempts without an answer, by the error's code. */
  readonly errors: { readonly [code: string]: number };
}

/** What an evaluation came to. Plain JSON. */
export interface EvalReport {
  /** The version of this shape. */
  readonly version: 1;
  readonly name: string;
  /** A score from which on an attempt has passed. */
  readonly passScore: number;
  readonly seed: number;
  readonly tasks: number;
  readonly candidates: { readonly [name: string]: CandidateSummary };
  /** By task, then candidate, then attempt. */
  readonly attempts: readonly AttemptRecord[];
}

/** The figures of a candidate, from its attempts. */
export function summarize(attempts: readonly AttemptRecord[], passScore: number, seed: number): CandidateSummary {
  const graded = attempts.filter(({ score }) => score !== undefined);
  const byTask = groupBy(graded, ({ taskId }) => taskId);
  const most = Math.max(0, ...Array.from(byTask.values(), (its) => its.length));
  const scoreOf = ({ score = 0 }: AttemptRecord): number => score;
  const passes: Record<string, Estimate> = {};
  for (let k = 1; k <= most; k++) {
    const estimates = Array.from(byTask.values(), (its) =>
      passAtK(its.length, its.filter((each) => scoreOf(each) >= passScore).length, k),
    ).filter((value) => !Number.isNaN(value));
    passes[k] = bootstrap(estimates, seed);
  }
  const costs = attempts.map(({ costUsd }) => costUsd);
  const cost = costs.reduce((sum, each) => (sum === undefined || each === undefined ? undefined : sum + each), 0);
  const errors: Record<string, number> = {};
  for (const { error } of attempts) if (error !== undefined) errors[error] = (errors[error] ?? 0) + 1;
  return {
    tasks: new Set(attempts.map(({ taskId }) => taskId)).size,
    attempts: attempts.length,
    ungraded: attempts.length - graded.length,
    score: bootstrap(
      Array.from(byTask.values(), (its) => mean(its.map(scoreOf))),
      seed,
    ),
    passAtK: passes,
    ...(cost === undefined ? {} : { costUsd: cost, meanCostUsd: cost / Math.max(1, attempts.length) }),
    meanCalls: mean(attempts.map(({ calls }) => calls)),
    meanTokens: mean(attempts.map(({ inputTokens, outputTokens }) => inputTokens + outputTokens)),
    p50Ms: quantile(
      attempts.map(({ durationMs }) => durationMs),
      0.5,
    ),
    p95Ms: quantile(
      attempts.map(({ durationMs }) => durationMs),
      0.95,
    ),
    errors,
  };
}
