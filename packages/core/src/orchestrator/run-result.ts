import type { Usage } from '../chat/usage.js';
import type { Message } from '../message/message.js';
import type { ModelCall } from './model-call.js';
import type { RunState } from './run-state.js';

/**
 * Why a run ended.
 *
 * - `final`: a finished answer
 * - `max_steps`: the limit of steps was reached; the text is the last there was, or the best where answers are scored
 * - `length`, `content_filter`: the model's answer was cut there
 * - `error`: the vendor said that the generation failed, without an HTTP error
 * - `budget`: a cap or a limit was reached (money, tokens, calls, time, depth); the text is the best there was
 * - `guard`: a guard or verifier ended the run
 * - `stop_condition`: the caller's own condition
 * - `approval`: tool calls wait for a decision; see `pending`
 * - `tool_calls`: tool calls wait for results from the caller; see `pending`
 */
export type StopReason =
  | 'final'
  | 'max_steps'
  | 'length'
  | 'content_filter'
  | 'error'
  | 'budget'
  | 'guard'
  | 'stop_condition'
  | 'approval'
  | 'tool_calls';

/** A tool call that waits for somebody outside the run. */
export interface PendingToolCall {
  readonly toolCallId: string;
  readonly name: string;
  /** The raw JSON text of the arguments. */
  readonly arguments: string;
  /** `approval`: wants a decision. `client`: wants a result, the tool runs at the caller's. */
  readonly waitsFor: 'approval' | 'client';
}

/** What a run came to. `Output` is the parsed structured output, where one was asked for. */
export interface RunResult<Output = unknown> {
  /** The text of the last answer. */
  readonly text: string;
  /** The validated structured output; `undefined` where none was asked for, or the run did not get there. */
  readonly output: Output | undefined;
  /** The whole conversation, the input included. */
  readonly messages: readonly Message[];
  /** Of every model call of the tree. */
  readonly usage: Usage;
  /** Of every model call of the tree, in US dollars; `undefined` where the price of any is not known. */
  readonly costUsd: number | undefined;
  /** Model turns taken; where runs were started inside, the number of these. */
  readonly steps: number;
  readonly stopReason: StopReason;
  readonly calls: readonly ModelCall[];
  /** Tool calls that wait, where `stopReason` is `approval` or `tool_calls`; else empty. */
  readonly pending: readonly PendingToolCall[];
  /** Where the run can be resumed or continued. */
  readonly state: RunState;
}
