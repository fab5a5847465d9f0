import type { ChatRequest } from '../chat/chat-request.js';
import type { ToolResultPart } from '../message/content-part.js';
import type { Message } from '../message/message.js';
import type { CallOptions } from '../provider/call.js';
import type { RunEvent } from './run-event.js';
import type { RunResult } from './run-result.js';
import type { RunState } from './run-state.js';

/** What somebody decided about a tool call. */
export type ApprovalDecision =
  | { readonly action: 'allow' }
  /** The model reads the reason. */
  | { readonly action: 'deny'; readonly reason: string }
  /** Runs the tool with these arguments (raw JSON text) instead. */
  | { readonly action: 'edit'; readonly arguments: string }
  /** Ends the run with `stopReason` `approval`; resume it with a decision. */
  | { readonly action: 'wait' };

/** Goes on with an earlier run. */
export interface ResumeInput {
  readonly state: RunState;
  /** Decisions about calls that waited for approval, by `toolCallId`. */
  readonly approvals?: { readonly [toolCallId: string]: ApprovalDecision } | undefined;
  /** Results of calls that the caller ran. They are taken as they are: no limit of size, and no event tells of them. */
  readonly toolResults?: readonly ToolResultPart[] | undefined;
}

/**
 * What a run starts from: a question, a conversation, a full request (its tools are client tools, its other fields
 * apply to every model call), or the state of an earlier run.
 */
export type RunInput = string | readonly Message[] | ChatRequest | ResumeInput;

/** What travels with a run. */
export interface RunOptions extends CallOptions {
  /**
   * Called with the state after every model answer, every tool result and every step, and awaited: save it there. What
   * it throws ends the run.
   */
  readonly onState?: ((state: RunState) => void | Promise<void>) | undefined;
}

/** Something that answers by calling models: an agent, a conductor, a search. */
export interface Orchestrator<Output = unknown> {
  /** The version of the contract: 1. */
  readonly contract: 1;
  /** What it is, for example `single_agent`. */
  readonly kind: string;
  /**
   * Runs and tells of it as it goes. Nothing happens before the first event is asked for.
   *
   * @throws TakoError with `partial` (content, usage, cost, state) when the run fails or is aborted.
   */
  stream(input: RunInput, options?: RunOptions): AsyncIterable<RunEvent<Output>>;
  /** Runs to the end: drains `stream` and gives the result of its `finish`. */
  run(input: RunInput, options?: RunOptions): Promise<RunResult<Output>>;
}
