import {
  inSpan,
  isTakoError,
  providerError,
  TakoError,
  toTakoError,
  type ChatRequest,
  type ErrorCode,
  type JsonValue,
  type RunEvent,
  type RunResult,
  type Span,
  type SpanKind,
  type StopReason,
} from '@tako/core';

import type { Place } from '../turn/open-answer.js';
import type { RequestDefaults } from '../turn/turn-options.js';
import { foreignSteps } from './foreign-steps.js';
import { linkedSignal } from './linked-signal.js';
import { isPaused, pausedRun } from './paused.js';
import type { TreeRun } from './tree-run.js';
import { asOrchestrator, type Worker } from './worker.js';

/** A run inside another run. */
export interface Branch extends Place {
  /** What its span is. @defaultValue `branch` */
  readonly kind?: SpanKind | undefined;
  /** Who runs, by name. */
  readonly name: string;
  readonly worker: Worker;
  readonly request: ChatRequest;
  readonly task?: string | undefined;
  /** Request fields for a worker that is a bare model. */
  readonly defaults?: RequestDefaults | undefined;
  /** Longest run, in milliseconds. @defaultValue no limit */
  readonly timeoutMs?: number | undefined;
  /** Aborts this branch; the run's own signal does too. */
  readonly signal?: AbortSignal | undefined;
  /** Its text is the answer's: it is told on the outside. @defaultValue false */
  readonly isAnswer?: boolean | undefined;
  readonly roundsLeft?: number | undefined;
  /** Its text is an answer, told or not: where a limit cuts it off, what there is of it counts. @defaultValue false */
  readonly isDraft?: boolean | undefined;
  /** Keeps its text to itself: it is not meant for people. @defaultValue false */
  readonly isSilent?: boolean | undefined;
  /** Hears the text as it grows. @returns true when it has heard enough: the text so far is the result */
  readonly onText?: ((text: string) => boolean | Promise<boolean>) | undefined;
}

/** How a branch ended; plain JSON. */
export type BranchOutcome =
  | { readonly ok: true; readonly text: string; readonly stopReason: StopReason; readonly output?: JsonValue }
  | { readonly ok: false; readonly text: string; readonly error: ErrorCode; readonly message: string };

/**
 * Runs a branch to its end, or gives what it came to in an earlier part of the run.
 *
 * @throws when the whole run cannot go on: it is aborted, a limit is reached, or the branch waits for somebody. That a
 *   branch failed or timed out is an outcome.
 */
export function runBranch(run: TreeRun, branch: Branch): Promise<BranchOutcome> {
  const { kind = 'branch', name, step, branch: number, task } = branch;
  const start = { kind, name, attributes: { worker: name, step, branch: number } };
  return run.once(keyOf(branch), async () => {
    const outcome = await inSpan(run.callAt(branch), start, async ({ span }) => {
      if (task !== undefined) span?.content?.('task', task);
      const played = await play(run, branch, span);
      span?.set(played.ok ? { stopReason: played.stopReason } : { error: played.error });
      return played;
    });
    return outcome;
  });
}

function keyOf({ step, branch }: Place): string {
  return `${step}.${branch}`;
}

async function play(run: TreeRun, branch: Branch, span: Span | undefined): Promise<BranchOutcome> {
  const { step, branch: number, name, task, timeoutMs = Infinity } = branch;
  const place = { step, branch: number };
  if (!run.hasDepth) {
    throw new TakoError('budget_exhausted', `the limit maxDepth of the run is reached: ${name} may not start`, {
      source: 'limits',
      details: { limit: 'maxDepth' },
    });
  }
  const link = linkedSignal(run.call.signal, branch.signal);
  const stopTimer = run.clock.after(timeoutMs, () => {
    link.abort(new TakoError('timeout', `${name} was not done within ${timeoutMs} ms`));
  });
  const startedMs = run.clock.now();
  const heard = { text: '' };
  const end = async (outcome: BranchOutcome): Promise<BranchOutcome> => {
    const { text } = outcome;
    const how = outcome.ok ? { stopReason: outcome.stopReason } : { error: outcome.error };
    const shown = branch.isSilent === true ? '' : text;
    await run.tell({ type: 'branch_end', ...place, text: shown, ...how, durationMs: run.clock.now() - startedMs });
    return outcome;
  };

  await run.tell({ type: 'branch_start', ...place, name, task });
  try {
    const result = await listen(run, branch, { signal: link.signal, span }, heard);
    if (result === undefined) return await end({ ok: true, text: heard.text, stopReason: 'final' });
    const { text, stopReason, output } = result;
    if (stopReason === 'approval' || stopReason === 'tool_calls') throw await pause(run, branch, result);
    if (stopReason === 'budget') {
      if ((branch.isDraft ?? branch.isAnswer ?? false) && text !== '') run.best ??= { text, output };
      throw new TakoError('budget_exhausted', `${name} reached a limit`, { source: name });
    }
    // What passed a schema came from JSON.
    return await end({ ok: true, text, stopReason, ...(output === undefined ? {} : { output: output as JsonValue }) });
  } catch (error) {
    const failure = timedOut(link.signal) ?? toTakoError(error, 'provider', `${name} threw no TakoError`);
    const { code, message } = failure;
    if (!isPaused(error)) await end({ ok: false, text: heard.text, error: code, message });
    // What was stopped from above did not end: a resumed run takes it up again.
    const isStopped = run.call.signal.aborted || branch.signal?.aborted === true;
    if (run.saveFailure !== undefined) throw run.saveFailure.error;
    const left = isTakoError(error) ? error.partial?.state : undefined;
    if (left !== undefined) run.keepForRetry(keyOf(branch), left);
    if (isStopped || isPaused(error) || code === 'budget_exhausted') throw failure;
    return { ok: false, text: heard.text, error: code, message };
  } finally {
    stopTimer();
    link.unlink();
  }
}

/** Lets the branch run, and tells what it tells. @returns `undefined` when the listener had heard enough */
async function listen(
  run: TreeRun,
  branch: Branch,
  { signal, span }: { readonly signal: AbortSignal; readonly span: Span | undefined },
  heard: { text: string },
): Promise<RunResult | undefined> {
  const { worker, request, defaults, name, isAnswer = false, isSilent = false, roundsLeft, onText } = branch;
  const place = { step: branch.step, branch: branch.branch };
  const key = keyOf(branch);
  const input = run.inputFor(key, request);
  const options = {
    ...run.callAt(place, signal, roundsLeft),
    span,
    onState: (state: RunResult['state']) => run.keep(key, state),
  };
  for await (const event of foreignSteps(asOrchestrator(worker, defaults).stream(input, options), signal, run.clock)) {
    if (event.type === 'finish') return event.result;
    if (event.type === 'model_call') continue; // the recorder tells it
    const own = isAnswer ? asOwn(event, place) : undefined;
    const isKept = isSilent && (event.type === 'text_delta' || event.type === 'output_partial');
    if (!isKept) await run.tell(own ?? { type: 'branch_event', ...place, event });
    if (event.type !== 'text_delta') continue;
    heard.text += event.text;
    if ((await onText?.(heard.text)) === true) return undefined;
  }
  throw providerError('malformed_response', `${name} ended without its end`);
}

/** What is told on the outside when the branch is the one that answers. */
function asOwn(event: RunEvent, place: Place): RunEvent<never> | undefined {
  switch (event.type) {
    case 'text_delta':
    case 'reasoning_delta':
    case 'output_partial':
      return { ...event, ...place };
    default:
      return undefined;
  }
}

/** Notes that a branch waits. */
async function pause(run: TreeRun, branch: Branch, { state, pending }: RunResult): Promise<TakoError> {
  const key = keyOf(branch);
  for (const call of pending) run.pending.push({ ...call, toolCallId: `${key}:${call.toolCallId}` });
  await run.keep(key, state);
  return pausedRun(branch.name);
}

/** The time limit of a branch, where it is why its signal aborted. */
function timedOut(signal: AbortSignal): TakoError | undefined {
  const reason: unknown = signal.reason;
  return isTakoError(reason, 'timeout') ? reason : undefined;
}
