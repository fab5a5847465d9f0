import type { Usage } from '../chat/usage.js';
import type { JsonObject } from '../json.js';
import type { ContentPart } from '../message/content-part.js';
import type { RunState } from '../orchestrator/run-state.js';
import { isRetryableCode, type ErrorCode } from './error-code.js';

/** What there was when a call or run failed, so that it is still paid for and shown. */
export interface PartialResult {
  /** The content received so far. */
  readonly content: readonly ContentPart[];
  /** What was used so far, as far as the vendor told; see `Usage.estimated`. */
  readonly usage?: Usage | undefined;
  /** The cost of `usage` in US dollars; absent where a price is not known. */
  readonly costUsd?: number | undefined;
  /** Of a run: where it can be resumed. */
  readonly state?: RunState | undefined;
}

/** Everything a `TakoError` may carry besides code and message. */
export interface TakoErrorOptions {
  readonly cause?: unknown;
  /** @defaultValue by code: true for faults that may pass, false for the rest */
  readonly retryable?: boolean | undefined;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The HTTP status of the answer. */
  readonly status?: number | undefined;
  /** The vendor's id of the request. */
  readonly requestId?: string | undefined;
  /** Who failed: a provider's id, a tool's name, a package's function. */
  readonly source?: string | undefined;
  /** A bounded, redacted excerpt of what the other side answered. */
  readonly excerpt?: string | undefined;
  /** Figures for programs, for example which cap was hit and its limit. */
  readonly details?: JsonObject | undefined;
  readonly partial?: PartialResult | undefined;
}

const brand = Symbol.for('tako.error');

/** What shows of an error. What others hang onto it does not: it may hold a key. */
const shown = [
  'code',
  'message',
  'retryable',
  'retryAfterMs',
  'status',
  'requestId',
  'source',
  'excerpt',
  'details',
] as const;

/**
 * The one error family of Tako. Branch on `code`, with `isTakoError`; do not use `instanceof`, since
 * two copies of this package may be installed.
 *
 * `partial` does not show in logs, `inspect` or JSON: it holds conversation text.
 */
export class TakoError extends Error {
  override readonly name: string = 'TakoError';
  readonly code: ErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly source: string | undefined;
  readonly excerpt: string | undefined;
  readonly details: JsonObject | undefined;
  declare readonly partial: PartialResult | undefined;

  constructor(code: ErrorCode, message: string, options: TakoErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? isRetryableCode(code);
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
    this.requestId = options.requestId;
    this.source = options.source;
    this.excerpt = options.excerpt;
    this.details = options.details;
    Object.defineProperty(this, brand, { value: true });
    Object.defineProperty(this, 'partial', { value: options.partial, writable: true });
  }

  /** The error as plain data, without stack, cause and `partial`. */
  toJSON(): JsonObject {
    return Object.fromEntries(shown.map((field) => [field, this[field]]));
  }
}

/**
 * Whether `error` is a `TakoError` of any copy of this package and, where codes are given, has one of them. A list that may be
 * empty cannot be spread into it: no codes would mean any code.
 */
export function isTakoError(
  error: unknown,
  ...codes: readonly [] | readonly [ErrorCode, ...ErrorCode[]]
): error is TakoError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false;
  return codes.length === 0 || ('code' in error && codes.some((code) => code === error.code));
}

/** Whether the call that threw `error` may succeed when repeated. Foreign errors may not. */
export function isRetryable(error: unknown): boolean {
  return isTakoError(error) && error.retryable;
}

/** How long the other side asked us to wait, in milliseconds, if it did. */
export function retryAfterMs(error: unknown): number | undefined {
  return isTakoError(error) ? error.retryAfterMs : undefined;
}
