import {
  invalidOptions,
  providerError,
  systemClock,
  toTakoError,
  type Orchestrator,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
  type StopReason,
  type Verdict,
} from '@tako/core';

import { judge } from '../tree/judge.js';
import { checkLimits } from '../tree/limits.js';
import type { Settled } from '../tree/settled.js';
import { runToEnd, streamTree, type TreeEnding } from '../tree/stream-tree.js';
import type { Answer, TreeRun } from '../tree/tree-run.js';
import { checkVerifier, checkWorker } from '../tree/worker.js';
import type { ConductorOptions, DescribedWorker } from './conductor-options.js';
import { makePlan, type Review } from './make-plan.js';
import { planExamples } from './plan-prompt.js';
import { runPlan } from './run-plan.js';

/** Options with every default filled in, and every worker described. */
export interface ConductorSettings extends Omit<Settled<ConductorOptions>, 'verifier' | 'workers'> {
  readonly verifier: ConductorOptions['verifier'];
  readonly workers: ReadonlyMap<string, DescribedWorker>;
}

/**
 * A model that plans, and others that do the work (after the Conductor of arXiv:2512.04388).
 *
 * ```ts
 * const desk = new Conductor({ coordinator: strong, workers: { luna, opus, searcher: agentWithTools }, verifier });
 * const { text, costUsd } = await desk.run('Which of these three suppliers should we take, and why?');
 * ```
 *
 * The coordinator writes a plan (told as a `plan` event, never as text): steps with a worker, a task, and the earlier steps
 * whose results the worker may read. A worker gets the conversation, its task and these results, nothing else. Steps run
 * as soon as what they read is there; those that the answer does not depend on are not run. A plan that cannot be read is
 * repaired; where that fails, the best single worker answers (warning `no_plan`). With a `verifier`, an answer that is
 * not good enough goes back to the coordinator with the feedback, `maxRounds` in all, and the best answer is the result.
 *
 * Places: `step` is the round, `branch` 0 the coordinator and the answer as a whole, `branch` n the plan's step n. `stopReason` is `final`, or
 * `max_steps` where no round's answer was good enough.
 */
export class Conductor<Output = unknown> implements Orchestrator<Output> {
  readonly contract = 1;
  readonly kind: string = 'conductor';
  /** What it was made of, defaults filled in: for `dryRun`. Its form may change in any release. */
  readonly options: object;
  readonly #settings: ConductorSettings;

  /** @throws `invalid` for options that cannot work; no I/O is done. */
  constructor(options: ConductorOptions) {
    this.options = this.#settings = settle(options);
  }

  /** See `Orchestrator.stream`. */
  stream(input: RunInput, options: RunOptions = {}): AsyncGenerator<RunEvent<Output>, void, undefined> {
    const { limits, clock } = this.#settings;
    return streamTree({ kind: this.kind, limits, clock }, input, options, (run) => answer(run, this.#settings));
  }

  /** See `Orchestrator.run`. */
  run(input: RunInput, options?: RunOptions): Promise<RunResult<Output>> {
    return runToEnd(this, input, options);
  }
}

async function answer(run: TreeRun, settings: ConductorSettings): Promise<TreeEnding> {
  const { verifier, minScore } = settings;
  const rounds = verifier === undefined ? 1 : Math.min(settings.maxRounds, run.roundsLeft + 1);
  let review: Review | undefined;
  let bestScore = -1;
  for (let round = 0; ; round++) {
    const plan = await makePlan(run, settings, round, review);
    if (plan.steps.length === 0) return tell(run, round, 'max_steps'); // the coordinator keeps the answer
    const isStreamed = verifier === undefined && settings.join === 'all';
    const given = await runPlan(run, settings, { plan, round, earlier: review?.answer, isStreamed });
    if (verifier === undefined) {
      run.best = given;
      return isStreamed ? { stopReason: 'final', answer: given } : tell(run, round, 'final');
    }
    run.best ??= given;
    const verdict = await verdictOn(run, settings, given, round);
    if (verdict === undefined) return tell(run, round, 'final');
    if (verdict.score > bestScore) [bestScore, run.best] = [verdict.score, given];
    if (verdict.score >= minScore) return tell(run, round, 'final');
    if (round + 1 >= rounds) return tell(run, round, 'max_steps');
    review = { plan, answer: given.text, verdict };
    await run.tell({ type: 'recursion', step: round + 1, branch: 0, depth: round + 1, score: verdict.score });
  }
}

/** @returns `undefined` where no verdict can be had: the answer stands, with a warning */
async function verdictOn(
  run: TreeRun,
  { verifier }: ConductorSettings,
  { text }: Answer,
  round: number,
): Promise<Verdict | undefined> {
  if (verifier === undefined) return undefined;
  try {
    return await judge(run, { step: round, branch: 0 }, verifier, { messages: run.messages, text });
  } catch (error) {
    const { code, message } = toTakoError(error, 'invalid', 'the verifier threw');
    if (run.call.signal.aborted || code === 'budget_exhausted') throw error;
    const words = `no verdict could be had (${code}: ${message}); the answer stands`;
    await run.tell({ type: 'warning', step: round, branch: 0, code: 'verifier_failed', message: words });
    return undefined;
  }
}

async function tell(run: TreeRun, step: number, stopReason: StopReason): Promise<TreeEnding> {
  const { best } = run;
  if (best === undefined) throw providerError('malformed_response', 'the plans came to no answer');
  if (best.text !== '') await run.tell({ type: 'text_delta', step, branch: 0, text: best.text });
  return { stopReason, answer: best };
}

function settle(options: ConductorOptions): ConductorSettings {
  const {
    coordinator,
    workers,
    maxSteps = 6,
    maxFanout = 4,
    workerTimeoutMs = 120_000,
    failFast = false,
    join = 'all',
    verifier,
    minScore = 0.7,
    maxRounds = 2,
    maxPlanRepairs = 2,
    isAnonymous = true,
    examples = planExamples,
    limits = {},
    clock = systemClock(globalThis),
  } = options;
  checkLimits(limits, 'Conductor');
  checkWorker(coordinator, 'Conductor coordinator');
  if (verifier !== undefined) checkVerifier(verifier, 'Conductor');
  const described = Object.entries(workers).map(([name, given]): [string, DescribedWorker] => {
    const entry = 'worker' in given ? given : { worker: given };
    checkWorker(entry.worker, `Conductor worker ${name}`);
    return [name, entry];
  });
  if (described.length === 0) throw invalidOptions('Conductor', 'at least one worker is needed');
  for (const [name, value] of Object.entries({ maxSteps, maxFanout, workerTimeoutMs, maxRounds })) {
    if (!(value >= 1)) throw invalidOptions('Conductor', `${name} must be at least 1, got ${value}`);
  }
  if (!(maxPlanRepairs >= 0))
    throw invalidOptions('Conductor', `maxPlanRepairs must be at least 0, got ${maxPlanRepairs}`);
  if (typeof join === 'object' && !(join.quorum >= 1)) {
    throw invalidOptions('Conductor', `join.quorum must be at least 1, got ${join.quorum}`);
  }
  if (join === 'best_scored' && verifier === undefined)
    throw invalidOptions('Conductor', 'join "best_scored" needs a verifier');
  return {
    coordinator,
    workers: new Map(described),
    maxSteps,
    maxFanout,
    workerTimeoutMs,
    failFast,
    join,
    verifier,
    minScore,
    maxRounds,
    maxPlanRepairs,
    isAnonymous,
    examples,
    limits,
    clock,
  };
}
