import type {
  Call,
  ChatEvent,
  ChatRequest,
  ErrorCode,
  FinishEvent,
  FinishReason,
  JsonObject,
  Usage,
  UsageEvent,
  VendorData,
} from '@tako/core';
import { providerError } from '@tako/core/provider';

/** Text or reasoning. Steps of the same kind that follow each other make one part. */
export interface TextStep {
  readonly step: 'text' | 'reasoning';
  readonly deltas: readonly string[];
  /** Pause before every delta but the first of the step, in milliseconds. */
  readonly everyMs?: number | undefined;
  readonly vendorData?: VendorData | undefined;
}

/** A whole tool call. */
export interface ToolCallStep {
  readonly step: 'tool_call';
  /** Absent: the provider counts, `call_1`, `call_2`, … */
  readonly id?: string | undefined;
  readonly name: string;
  /** Raw JSON text. */
  readonly arguments: string;
}

/** Nothing happens for a while. */
export interface PauseStep {
  readonly step: 'pause';
  readonly ms: number;
}

/** The stream throws here. */
export interface FailStep {
  readonly step: 'fail';
  readonly error: unknown;
}

/** The stream ends here without `finish`, as a faulty provider's does. */
export interface BreakOffStep {
  readonly step: 'break_off';
}

/**
 * One step of a reply: made by the functions below, an event as it is, or an error to throw.
 *
 * An event as it is gets told unchecked: with it a test can write a stream that no correct provider would.
 */
export type ScriptStep = TextStep | ToolCallStep | PauseStep | FailStep | BreakOffStep | ChatEvent | Error;

/**
 * One answer, step by step. Without a `finish` of its own it finishes by itself: with `tool_calls` where it calls
 * tools, else with `stop`, and with the last usage that it told.
 */
export type Reply = readonly ScriptStep[];

/** Makes a reply of the request that asks for it. What it throws the stream throws. */
export type ReplyFunction = (request: ChatRequest, call: Call) => Reply | Promise<Reply>;

/** Replies in order, one for each call; or one function that answers all calls. */
export type Script = readonly (Reply | ReplyFunction)[] | ReplyFunction;

/** Says a text in one delta. */
export function say(text: string, vendorData?: VendorData): TextStep {
  return { step: 'text', deltas: [text], vendorData };
}

/** Thinks a text in one delta of reasoning. */
export function think(text: string, vendorData?: VendorData): TextStep {
  return { step: 'reasoning', deltas: [text], vendorData };
}

/**
 * Says a text in `count` deltas of about the same length; no character is torn apart.
 *
 * @param everyMs the pause between two deltas, in milliseconds; 0 by default
 */
export function chunks(text: string, count: number, everyMs?: number): TextStep {
  const characters = Array.from(text);
  const deltas = Array.from({ length: count }, (_, at) =>
    characters
      .slice(Math.round((at * characters.length) / count), Math.round(((at + 1) * characters.length) / count))
      .join(''),
  );
  return { step: 'text', deltas, everyMs };
}

/**
 * Calls a tool.
 *
 * @param args the arguments, or their raw text, which need not be JSON
 * @param id by default the provider counts: `call_1`, `call_2`, …
 */
export function callTool(name: string, args: JsonObject | string = {}, id?: string): ToolCallStep {
  return { step: 'tool_call', id, name, arguments: typeof args === 'string' ? args : JSON.stringify(args) };
}

/** Waits on the provider's clock. `pause(Infinity)` hangs until the call is aborted. */
export function pause(ms: number): PauseStep {
  return { step: 'pause', ms };
}

/** Fails with a code: `fail('overloaded', 'gone')`. @param message of the error; by default one that says little */
export function fail(error: ErrorCode, message?: string): FailStep;
/** Fails with this error, which need not be a `TakoError`. */
export function fail(error: object): FailStep;
export function fail(error: ErrorCode | object, message = 'the script says so'): FailStep {
  return { step: 'fail', error: typeof error === 'string' ? providerError(error, message) : error };
}

/** Ends the stream without `finish`. */
export function breakOff(): BreakOffStep {
  return { step: 'break_off' };
}

/** Tells the usage so far: cumulative, it takes the place of the one before. */
export function usage(used: Usage): UsageEvent {
  return { type: 'usage', usage: used };
}

/** Finishes with this reason. */
export function finish(finishReason: FinishReason, used?: Usage): FinishEvent {
  return { type: 'finish', finishReason, usage: used };
}
