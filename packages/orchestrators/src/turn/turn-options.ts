import type {
  ApprovalDecision,
  ChatRequest,
  Clock,
  Message,
  Provider,
  Router,
  Tool,
  ToolSource,
  Usage,
} from '@tako/core';

import type { StructuredOutput } from '../output/structured-output.js';

/** Fields of a request that apply to every model call of a run. */
export type RequestDefaults = Omit<ChatRequest, 'messages' | 'tools' | 'responseFormat'>;

/** A tool call that is about to run: the arguments are valid by now. */
export interface ToolCallRequest {
  readonly toolCallId: string;
  readonly name: string;
  /** The raw JSON text. */
  readonly arguments: string;
  /** The parsed and validated arguments. */
  readonly input: unknown;
  readonly step: number;
  /** Aborts when the run does. */
  readonly signal: AbortSignal;
}

/** What there is before a model call. */
export interface StepStart {
  readonly step: number;
  readonly messages: readonly Message[];
}

/** What there is after a step: the answer and all its tool results are in `messages`. */
export interface StepSummary {
  readonly step: number;
  readonly messages: readonly Message[];
  /** Of the run so far. */
  readonly usage: Usage;
  /** Of the run so far, in US dollars; `undefined` where not known. */
  readonly costUsd: number | undefined;
}

/** All that the turn loop needs to know; every default is settled. */
export interface TurnOptions {
  readonly kind: string;
  readonly provider: Provider;
  readonly candidates: readonly Provider[];
  readonly router: Router | undefined;
  readonly system: string | undefined;
  readonly tools: readonly Tool[];
  readonly mcpServers: readonly ToolSource[];
  readonly request: RequestDefaults;
  readonly output: StructuredOutput<unknown> | undefined;
  readonly maxSteps: number;
  readonly maxOutputRepairs: number;
  readonly maxParallelTools: number;
  readonly toolTimeoutMs: number;
  readonly maxToolResultCharacters: number;
  readonly approve: ((call: ToolCallRequest) => ApprovalDecision | Promise<ApprovalDecision>) | undefined;
  readonly prepareStep:
    | ((step: StepStart) => Partial<ChatRequest> | undefined | Promise<Partial<ChatRequest> | undefined>)
    | undefined;
  readonly onStepEnd: ((step: StepSummary) => void | Promise<void>) | undefined;
  readonly stopWhen: ((step: StepSummary) => boolean | Promise<boolean>) | undefined;
  readonly clock: Clock;
}
