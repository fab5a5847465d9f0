import type { TakoError, WarningEvent } from '@tako/core';
import { statusError } from '@tako/core/provider';

/** What is known of an answer besides its body. */
export interface FromOpenAIOptions {
  /** Who answers, for errors: a provider's id. @defaultValue `openai` */
  readonly source?: string | undefined;
  /** The request's id from the answer's headers. @defaultValue the id in the body */
  readonly requestId?: string | undefined;
  /** Told right after `start`: what `toOpenAI` could not say as it was asked. */
  readonly warnings?: readonly WarningEvent[] | undefined;
  /**
   * Awaited at `[DONE]`, before `finish` is told: time to read the end of the body, so that its connection can be used again.
   */
  readonly onDone?: (() => Promise<void>) | undefined;
  /**
   * Makes the error of a failure that the vendor tells inside its answer, from the HTTP status that would fit it and the
   * failure's JSON text. @defaultValue `statusError` of `@tako/core/provider`
   */
  readonly toError?: ((status: number, body: string) => TakoError) | undefined;
}

/**
 * The error for an `error` object in a body or in the middle of a stream: `{ message, type, code }`, or a text. The code
 * may be a status (OpenRouter, vLLM) or a word.
 *
 * Source: https://platform.openai.com/docs/guides/error-codes (read 2026-11-23).
 */
export function vendorFailure(error: unknown, options: FromOpenAIOptions): TakoError {
  const body = JSON.stringify({ error });
  const { source = 'openai', toError = (status) => statusError({ source, status, headers: {}, body, nowMs: 0 }) } =
    options;
  return toError(statusOf(error), body);
}

/** The statuses that the vendor's words stand for. */
const statusOfWord: ReadonlyMap<unknown, number> = new Map([
  ['invalid_request_error', 400],
  ['invalid_api_key', 401],
  ['authentication_error', 401],
  ['permission_error', 403],
  ['rate_limit_exceeded', 429],
  ['rate_limit_error', 429],
  ['insufficient_quota', 429],
  ['overloaded_error', 503],
  ['service_unavailable_error', 503],
]);

function statusOf(error: unknown): number {
  const { status, code, type }: { status?: unknown; code?: unknown; type?: unknown } = Object(error);
  const told = [status, code].map(Number).find((number) => number >= 400 && number < 600);
  return told ?? statusOfWord.get(code) ?? statusOfWord.get(type) ?? 500;
}
