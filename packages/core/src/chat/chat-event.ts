import type { ErrorCode } from '../error/error-code.js';
import type { VendorData } from '../message/content-part.js';
import type { FinishReason } from './finish-reason.js';
import type { Price } from './price.js';
import type { Usage } from './usage.js';

/**
 * One event of a model's answer. All are plain JSON.
 *
 * Order: failed `attempt`s; at most one `start`, before any content; deltas in any interleaving; exactly one `finish`, last. A part is
 * named by its `index` in the finished message: numbers count up from 0 in the order in which parts
 * first appear. A failure is thrown, never an event. Consumers ignore kinds that they do not know.
 */
export type ChatEvent =
  | AttemptEvent
  | StartEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | ToolCallStartEvent
  | ToolCallDeltaEvent
  | ToolCallEndEvent
  | UsageEvent
  | WarningEvent
  | FinishEvent;

/**
 * A model call beside the answer, told by whoever made it, so that it is paid for: a try that failed before its first
 * content, a draft that was not taken, what a judge or router asked. It is not part of `finish`.
 */
export interface AttemptEvent {
  readonly type: 'attempt';
  readonly providerId: string;
  /** What it used, as far as is known. */
  readonly usage: Usage;
  /** In US dollars; absent where the price is not known. */
  readonly costUsd?: number | undefined;
  /** Absent where the call itself went well. */
  readonly error?: ErrorCode | undefined;
  /** Present where the call itself went well. */
  readonly finishReason?: FinishReason | undefined;
}

/** The vendor has accepted the request. */
export interface StartEvent {
  readonly type: 'start';
  /** The vendor's id of this request, for support and logs. */
  readonly requestId?: string | undefined;
  /** The model that answers, as the vendor names it. */
  readonly model?: string | undefined;
  /** The answer's headers that speak of rate limits, as the vendor sent them; names in lower case. */
  readonly rateLimits?: { readonly [header: string]: string } | undefined;
  /** Who answers, where a layer chose among several providers: the call is booked at its price. */
  readonly answeredBy?: { readonly id: string; readonly price?: Price | undefined } | undefined;
}

/** More text of part `index`. */
export interface TextDeltaEvent {
  readonly type: 'text_delta';
  readonly index: number;
  readonly text: string;
  /** Opaque state of the part; the last one seen counts. */
  readonly vendorData?: VendorData | undefined;
}

/** More reasoning of part `index`. Empty text may carry `vendorData` alone. */
export interface ReasoningDeltaEvent {
  readonly type: 'reasoning_delta';
  readonly index: number;
  readonly text: string;
  readonly vendorData?: VendorData | undefined;
}

/** Part `index` is a tool call. Its arguments follow. */
export interface ToolCallStartEvent {
  readonly type: 'tool_call_start';
  readonly index: number;
  readonly id: string;
  readonly name: string;
}

/** More raw JSON text of the arguments. */
export interface ToolCallDeltaEvent {
  readonly type: 'tool_call_delta';
  readonly index: number;
  readonly argumentsDelta: string;
}

/** The tool call is complete. */
export interface ToolCallEndEvent {
  readonly type: 'tool_call_end';
  readonly index: number;
  /** The whole raw JSON text, unparsed: all deltas joined. */
  readonly arguments: string;
  readonly vendorData?: VendorData | undefined;
}

/** What the call has used so far: a cumulative snapshot that replaces the one before. */
export interface UsageEvent {
  readonly type: 'usage';
  readonly usage: Usage;
}

/** Something the caller should know, and the answer goes on. */
export interface WarningEvent {
  readonly type: 'warning';
  /** A stable snake_case word for programs, for example `downgraded_response_format`. */
  readonly code: string;
  /** One sentence for people, without prompt text. */
  readonly message: string;
}

/** The answer is complete. Nothing follows. */
export interface FinishEvent {
  readonly type: 'finish';
  readonly finishReason: FinishReason;
  /** The vendor's own word for it. */
  readonly rawFinishReason?: string | undefined;
  /** Final usage; absent where the vendor reports none. */
  readonly usage?: Usage | undefined;
}
