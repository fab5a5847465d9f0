import { providerError, type PlanStep, type RunPlan } from '@tako/core';

import { judge } from '../tree/judge.js';
import { runBranch, type BranchOutcome } from '../tree/run-branch.js';
import type { Answer, TreeRun } from '../tree/tree-run.js';
import type { ConductorSettings } from './conductor.js';
import { answerSteps, runSteps } from './run-steps.js';
import { workerRequest, type GrantedResult } from './worker-request.js';

/** A plan to be carried out. */
export interface PlannedRound {
  readonly plan: RunPlan;
  readonly round: number;
  /** The answer of the round before: what step 0 stands for. */
  readonly earlier: string | undefined;
  /** Whether the last step's text is told as the answer's while it grows. */
  readonly isStreamed: boolean;
}

type Ends = ReadonlyMap<number, BranchOutcome>;

/**
 * Carries a plan out.
 *
 * @returns the answer; where the step that should give it failed, the latest result there is, with a warning
 * @throws the failure of the last step where nothing succeeded, or of the first one with `failFast`.
 */
export async function runPlan(run: TreeRun, settings: ConductorSettings, planned: PlannedRound): Promise<Answer> {
  const { join, maxFanout, failFast } = settings;
  const { steps } = planned.plan;
  const ends: Ends = await runSteps<BranchOutcome>({
    steps,
    join,
    maxFanout,
    failFast,
    run: (number, soFar, signal) => runStep(run, settings, planned, { number, soFar, signal }),
  });
  const failure = [...ends.values()].findLast((end) => !end.ok);
  if (failFast && failure !== undefined) throw providerError(failure.error, failure.message);

  const answers = answerSteps(steps, join).filter((number) => ends.get(number)?.ok === true);
  const chosen = await bestOf(run, settings, planned, answers, ends);
  if (chosen !== undefined) return chosen;
  const latest = [...ends].toSorted(([one], [other]) => other - one).find(([, end]) => end.ok);
  if (latest === undefined) {
    throw providerError(failure?.error ?? 'provider', failure?.message ?? 'no step of the plan was run');
  }
  const [number, { text }] = latest;
  const message = `the step that should answer failed; the result of step ${number} is taken`;
  const place = { step: planned.round, branch: number };
  await run.tell({ type: 'warning', ...place, code: 'answer_failed', message });
  if (planned.isStreamed && text !== '') await run.tell({ type: 'text_delta', ...place, text });
  return latest[1].ok ? latest[1] : { text };
}

async function runStep(
  run: TreeRun,
  settings: ConductorSettings,
  planned: PlannedRound,
  { number, soFar, signal }: { readonly number: number; readonly soFar: Ends; readonly signal: AbortSignal },
): Promise<BranchOutcome> {
  const { plan, round, earlier, isStreamed } = planned;
  // Both exist: the plan was checked against the workers.
  const step = plan.steps[number - 1] as PlanStep;
  const { worker = settings.coordinator } = settings.workers.get(step.worker) ?? {};
  const isLast = answerSteps(plan.steps, settings.join).includes(number);
  const granted = await grantedTo(run, settings, planned, step, soFar, earlier);
  return runBranch(run, {
    step: round,
    branch: number,
    name: step.worker,
    task: step.task,
    worker,
    request: workerRequest(run.start, step, granted, isLast),
    timeoutMs: settings.workerTimeoutMs,
    signal,
    isAnswer: isLast && isStreamed,
    isDraft: isLast,
  });
}

/** The results that a step reads: those of steps that have ended; with `best_scored` only the best of them. */
async function grantedTo(
  run: TreeRun,
  settings: ConductorSettings,
  planned: PlannedRound,
  { reads }: PlanStep,
  ends: Ends,
  earlier: string | undefined,
): Promise<GrantedResult[]> {
  const ended = reads.filter((number) => ends.has(number));
  const before = reads.includes(0) ? [{ number: 0, text: earlier }] : [];
  if (settings.join === 'best_scored' && ended.length > 1) {
    const good = ended.filter((number) => ends.get(number)?.ok === true);
    const best = await bestNumber(run, settings, planned, good, ends);
    if (best !== undefined) return [...before, { number: best, text: ends.get(best)?.text }];
  }
  return [
    ...before,
    ...ended.map((number) => ({ number, text: ends.get(number)?.ok === true ? ends.get(number)?.text : undefined })),
  ];
}

async function bestOf(
  run: TreeRun,
  settings: ConductorSettings,
  planned: PlannedRound,
  numbers: readonly number[],
  ends: Ends,
): Promise<Answer | undefined> {
  const number =
    settings.join === 'best_scored' && numbers.length > 1
      ? await bestNumber(run, settings, planned, numbers, ends)
      : numbers[0];
  const end = number === undefined ? undefined : ends.get(number);
  return end?.ok === true ? end : undefined;
}

/** Which of these results the verifier likes best. */
async function bestNumber(
  run: TreeRun,
  { verifier }: ConductorSettings,
  { round }: PlannedRound,
  numbers: readonly number[],
  ends: Ends,
): Promise<number | undefined> {
  if (verifier === undefined) return numbers[0];
  const scored = await Promise.all(
    numbers.map(async (number) => {
      const attempt = { messages: run.messages, text: ends.get(number)?.text ?? '' };
      const { score } = await judge(run, { step: round, branch: number }, verifier, attempt);
      return { number, score };
    }),
  );
  return scored.toSorted((one, other) => other.score - one.score)[0]?.number;
}
