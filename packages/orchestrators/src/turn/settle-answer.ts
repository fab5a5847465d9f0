import { type FinishReason, type PendingToolCall, type RunEvent, type StopReason, type Tool } from '@tako/core';

import type { OutputPlan } from '../output/output-plan.js';
import { callTools } from './call-tools.js';
import type { RunProgress } from './run-progress.js';
import type { StepSummary, TurnOptions } from './turn-options.js';
import { throwIfAborted, untilAborted } from './until-aborted.js';

/** How a run ends. */
export interface Ending {
  readonly stopReason: StopReason;
  readonly output?: unknown;
  readonly pending?: readonly PendingToolCall[] | undefined;
}

/** What the turns of one run share. */
export interface TurnContext {
  readonly options: TurnOptions;
  readonly run: RunProgress;
  /** All tools that may be called, by name. */
  readonly tools: ReadonlyMap<string, Tool>;
  readonly plan: OutputPlan | undefined;
}

const final: Ending = { stopReason: 'final' };
/** Where there is one line of work only. */
const branch = 0;

/**
 * Deals with a model's answer: runs its tool calls, reads its output, asks for a repair.
 *
 * @returns how the run ends, or `undefined` when it is the model's turn again
 * @throws `malformed_response` when the output cannot be read after all repairs; `cancelled`; what hooks throw.
 */
export async function* settleAnswer(
  turn: TurnContext,
  finishReason: FinishReason,
): AsyncGenerator<RunEvent<never>, Ending | undefined, undefined> {
  const { options, run, plan } = turn;
  const { usage, costUsd } = run.accounts;
  const { signal } = run.call;
  const step = run.step - 1;
  const stepEnd: RunEvent<never> = { type: 'step_end', step, branch, finishReason, usage, costUsd };

  const cut = cutShort(turn, finishReason);
  if (cut !== undefined) {
    yield stepEnd;
    return { stopReason: cut };
  }
  if (run.toolCalls.length === 0) {
    const ending = plan === undefined ? final : await plan.settleAnswer(run, options.maxOutputRepairs);
    yield stepEnd;
    return ending;
  }

  const pending = yield* settleToolCalls(turn, step, finishReason);
  if (pending.length > 0) {
    yield stepEnd;
    const stopReason = pending.some(({ waitsFor }) => waitsFor === 'approval') ? 'approval' : 'tool_calls';
    return { stopReason, pending };
  }
  const handedIn = await plan?.settleHandIn(run, options.maxOutputRepairs);
  run.closeToolCalls();
  await run.save();
  yield stepEnd;
  if (handedIn !== undefined) return handedIn;

  const { onStepEnd, stopWhen } = options;
  if (onStepEnd === undefined && stopWhen === undefined) return undefined;
  const summary: StepSummary = { step, messages: [...run.messages], usage, costUsd };
  if (onStepEnd !== undefined) await untilAborted(signal, () => onStepEnd(summary));
  const stops = stopWhen !== undefined && (await untilAborted(signal, () => stopWhen(summary)));
  return stops ? { stopReason: 'stop_condition' } : undefined;
}

/** Why an answer is the last one although it may call tools. */
function cutShort({ options, run, plan }: TurnContext, finishReason: FinishReason): StopReason | undefined {
  if (finishReason === 'content_filter' || finishReason === 'error') return finishReason;
  const { toolCalls } = run;
  if (toolCalls.length === 0) return finishReason === 'length' ? 'length' : undefined;
  const handsIn = toolCalls.some((call) => plan?.isHandIn(call) === true);
  // Results that no model will read are not worth their side effects.
  return run.step >= options.maxSteps && !handsIn ? 'max_steps' : undefined;
}

/** Runs the tool calls that have no result yet. @returns those that wait for somebody outside, in call order */
async function* settleToolCalls(
  { options, run, tools, plan }: TurnContext,
  step: number,
  finishReason: FinishReason,
): AsyncGenerator<RunEvent<never>, readonly PendingToolCall[], undefined> {
  const { call, start, openToolCalls } = run;
  const pending = new Map<string, PendingToolCall>();
  const isCut = finishReason === 'length';
  const shared = { tools, options, approvals: start.approvals, ownTool: plan?.tool.name, isCut, call, step };
  const outcomes = callTools(openToolCalls, shared, options.maxParallelTools, (outcome) => {
    if (outcome.type === 'result') run.addResult(outcome.part);
    else pending.set(outcome.pending.toolCallId, outcome.pending);
  });
  try {
    for await (const outcome of outcomes) {
      if (outcome.type === 'pending') continue;
      await run.save();
      const { toolCallId, name, content, isError = false } = outcome.part;
      const { durationMs } = outcome;
      yield { type: 'tool_call_result', step, branch, toolCallId, name, content, isError, durationMs };
      throwIfAborted(call.signal);
    }
  } finally {
    // The consumer may have left while further results came in. What this throws must not hide why the turn ended.
    await run.saveChanges().catch(() => undefined);
  }
  return openToolCalls.flatMap(({ id }) => pending.get(id) ?? []);
}
