import type { ChatRequest } from '../chat/chat-request.js';
import type { Usage } from '../chat/usage.js';
import type { JsonObject } from '../json.js';
import type { ToolResultPart } from '../message/content-part.js';
import type { Message } from '../message/message.js';
import type { ModelCall } from './model-call.js';

/**
 * All that a run needs to go on elsewhere: plain JSON. It is taken after every model answer and every tool
 * result, so that a finished tool call is never repeated.
 */
export interface RunState {
  /** The version of this shape. Other versions are refused with `invalid`. */
  readonly version: 1;
  /** The kind of orchestrator that wrote it, for example `single_agent`. */
  readonly kind: string;
  readonly runId: string;
  /** Model turns taken. */
  readonly step: number;
  /** The conversation so far, the input included, system text of the orchestrator left out. */
  readonly messages: readonly Message[];
  /** What the caller asked for besides the conversation: client tools, temperature and so on. */
  readonly request?: Omit<ChatRequest, 'messages'> | undefined;
  /** How often the model was asked to repair its structured output. @defaultValue 0 */
  readonly repairs?: number | undefined;
  /** Results of the tool calls of the last assistant message, as far as they are there. */
  readonly toolResults: readonly ToolResultPart[];
  readonly usage: Usage;
  /** In US dollars; absent where the price of any call is not known. */
  readonly costUsd?: number | undefined;
  readonly calls: readonly ModelCall[];
  /** What this kind of orchestrator keeps besides: plans, results of workers, states of the runs inside. */
  readonly progress?: JsonObject | undefined;
}
