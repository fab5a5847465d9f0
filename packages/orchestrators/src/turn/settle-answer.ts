import {
  providerError,
  user,
  type FinishReason,
  type PendingToolCall,
  type RunEvent,
  type StopReason,
  type Tool,
} from '@tako/core';

import { callTools } from './call-tools.js';
import type { OutputPlan } from './output-plan.js';
import type { RunProgress } from './run-progress.js';
import { runWithin } from './run-within.js';
import type { StepSummary, TurnOptions } from './turn-options.js';

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
  const step = run.step - 1;
  const stepEnd: RunEvent<never> = { type: 'step_end', step, branch, finishReason, usage, costUsd };

  const cut = cutShort(turn, finishReason);
  if (cut !== undefined) {
    yield stepEnd;
    return { stopReason: cut };
  }
  if (run.toolCalls.length === 0) {
    const ending = await readAnswer(turn);
    yield stepEnd;
    return ending;
  }

  const pending = yield* settleToolCalls(turn, step);
  if (pending.length > 0) {
    yield stepEnd;
    const stopReason = pending.some(({ waitsFor }) => waitsFor === 'approval') ? 'approval' : 'tool_calls';
    return { stopReason, pending };
  }
  run.closeToolCalls();
  await run.save();
  yield stepEnd;

  const summary: StepSummary = { step, messages: run.messages, usage, costUsd };
  const bounds = { signal: run.call.signal, timeoutMs: Infinity, clock: options.clock, what: 'a step hook' };
  const { onStepEnd, stopWhen } = options;
  if (onStepEnd !== undefined) await runWithin(bounds, () => onStepEnd(summary));
  if (plan?.handedIn !== undefined) return { stopReason: 'final', output: plan.handedIn.value };
  const stops = stopWhen !== undefined && (await runWithin(bounds, () => stopWhen(summary)));
  return stops ? { stopReason: 'stop_condition' } : undefined;
}

/** Why an answer is the last one although it may call tools. */
function cutShort({ options, run, plan }: TurnContext, finishReason: FinishReason): StopReason | undefined {
  if (finishReason === 'content_filter' || finishReason === 'error') return finishReason;
  const { toolCalls } = run;
  if (toolCalls.length === 0) return finishReason === 'length' ? 'length' : undefined;
  const handsIn = toolCalls.some(({ name }) => name === plan?.tool.name);
  // Results that no model will read are not worth their side effects.
  return run.step >= options.maxSteps && !handsIn ? 'max_steps' : undefined;
}

/** Reads an answer without tool calls. It is the end, or a repair is asked for. */
async function readAnswer({ options, run, plan }: TurnContext): Promise<Ending | undefined> {
  if (plan === undefined || run.answer === undefined) return { stopReason: 'final' };
  const read = await plan.read(run.answer);
  if (read.ok) return { stopReason: 'final', output: read.value };
  if (run.repairs >= options.maxOutputRepairs) {
    throw providerError('malformed_response', `the model did not give the output that was asked for: ${read.problem}`);
  }
  run.repairs++;
  run.reply(user(plan.repair(read.problem)));
  return undefined;
}

/** Runs the tool calls that have no result yet. @returns those that wait for somebody outside, in call order */
async function* settleToolCalls(
  { options, run, tools }: TurnContext,
  step: number,
): AsyncGenerator<RunEvent<never>, readonly PendingToolCall[], undefined> {
  const { call, start, openToolCalls } = run;
  const pending = new Map<string, PendingToolCall>();
  const shared = { tools, options, approvals: start.approvals, call, step };
  for await (const outcome of callTools(openToolCalls, shared, options.maxParallelTools)) {
    if (outcome.type === 'pending') {
      pending.set(outcome.pending.toolCallId, outcome.pending);
      continue;
    }
    const { part, durationMs } = outcome;
    run.addResult(part);
    await run.save();
    const { toolCallId, name, content, isError = false } = part;
    yield { type: 'tool_call_result', step, branch, toolCallId, name, content, isError, durationMs };
  }
  return openToolCalls.flatMap(({ id }) => pending.get(id) ?? []);
}
