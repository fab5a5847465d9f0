import type { HttpResponse, TakoError } from '@tako/core';
import { statusError, type FailedAnswer } from '@tako/core/provider';

/** Where Anthropic's answers carry the request's id. */
export const requestIdHeader = 'request-id';

/**
 * The error for an answer that is no success, in the shape `{ type: "error", error: { type, message }, request_id }`. A prompt that
 * is too long, which is a bad request there, is `context_overflow`.
 *
 * Sources: https://platform.claude.com/docs/en/api/errors; for the words about long prompts
 * https://github.com/anthropics/claude-code/issues/12186 and https://github.com/docker/docker-agent/issues/569 (all read
 * 2026-11-23).
 */
export function anthropicError(answer: FailedAnswer): TakoError {
  const isTooLong = answer.status === 400 && /prompt is too long|exceed context limit/i.test(answer.body);
  if (!isTooLong) return statusError(answer);
  // The code is OpenAI's word, which `statusError` knows.
  const { message }: { readonly message?: unknown } = Object(errorIn(answer.body));
  return statusError({ ...answer, body: JSON.stringify({ error: { message, code: 'context_length_exceeded' } }) });
}

function errorIn(body: string): unknown {
  try {
    const { error }: { readonly error?: unknown } = Object(JSON.parse(body));
    return error;
  } catch {
    return { message: body };
  }
}

/** The HTTP status that an error inside a stream would have had. Source: as above. */
export function statusOf(type: unknown): number {
  return (typeof type === 'string' ? statuses[type] : undefined) ?? 500;
}

const statuses: { readonly [type: string]: number | null } = {
  __proto__: null,
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/**
 * The answer that the package `@anthropic-ai/sdk` made an error of, so that both doors judge answers by the same rules. What is no
 * answer (a failed connection) is thrown as it is.
 */
export function answerOf(error: unknown): HttpResponse {
  if (!isAnswer(error)) throw error;
  const { status, headers } = error;
  // The SDK keeps a JSON body, or else the text of the body, behind the status.
  const said = error.message.replace(/^\d+ (status code \(no body\)$)?/, '');
  const text = error.error === undefined ? said : JSON.stringify(error.error);
  return { status, headers: Object.fromEntries(headers), body: bytesOf(text) };
}

interface SdkError extends Error {
  readonly status: number;
  readonly headers: Headers;
  readonly error?: unknown;
}

/** By shape, not by class: a client that was handed in may come from another copy of the package. */
function isAnswer(error: unknown): error is SdkError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && 'headers' in error;
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
