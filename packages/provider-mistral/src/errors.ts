import { TakoError } from '@tako/core';
import { statusError, type AnswerContext, type FailedAnswer } from '@tako/core/provider';

/**
 * The error for an answer that is no success. Mistral tells failures as `{ object: "error", message, type, code }`, whose
 * message may be a list of what is wrong with the fields; its gateway and its web framework have shapes of their own.
 *
 * An unknown model, which is a 400 there, is `not_found`; a prompt that is too long `context_overflow`.
 * Source: https://docs.mistral.ai/resources/error-glossary (read 2026-11-23).
 */
export function mistralError(answer: FailedAnswer): TakoError {
  const failure = readFailure(answer.body);
  const headers = {
    ...answer.headers,
    'x-request-id': answer.headers['x-request-id'] ?? answer.headers[requestIdHeader],
  };
  const error = statusError({ ...answer, headers, body: failure?.text ?? answer.body });
  const code = codeOf(failure?.type, error);
  if (code === undefined) return error;
  const { message, excerpt, status, retryAfterMs, requestId, source } = error;
  return new TakoError(code, message, { excerpt, status, retryAfterMs, requestId, source });
}

/** Where Mistral's answers carry the request's id. */
export const requestIdHeader = 'mistral-correlation-id';

/** A failure that is told inside an answer of status 200. @throws it */
export function throwIfFailure(answer: unknown, { toError }: AnswerContext): void {
  const { object, raw_status_code: told }: { object?: unknown; raw_status_code?: unknown } = Object(answer);
  if (object !== 'error') return;
  const status = typeof told === 'number' && told >= 400 && told <= 599 ? told : 500;
  throw toError(status, JSON.stringify(answer));
}

function codeOf(type: unknown, { code, excerpt = '' }: TakoError): 'not_found' | 'context_overflow' | undefined {
  if (code !== 'invalid') return undefined;
  if (type === 'invalid_model') return 'not_found';
  return /too large for model|maximum context length/.test(excerpt) ? 'context_overflow' : undefined;
}

/** The type of a failure, and its text in a form that `statusError` reads; `undefined` where that reads the body itself. */
function readFailure(body: string): { readonly type: unknown; readonly text: string | undefined } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined; // a page of a proxy, or nothing
  }
  const { message, detail, type }: { message?: unknown; detail?: unknown; type?: unknown } = Object(parsed);
  const { detail: inner }: { detail?: unknown } = Object(message);
  const list = Array.isArray(detail) ? detail : Array.isArray(inner) ? inner : undefined;
  if (list === undefined) return { type, text: undefined };
  return { type, text: JSON.stringify({ message: list.map(problemText).join('; ') }) };
}

/** Where and what, of `{ loc, msg, input }`. The input is the caller's. */
function problemText(problem: unknown): string {
  const { loc, msg }: { loc?: unknown; msg?: unknown } = Object(problem);
  const place = Array.isArray(loc) ? loc.filter((step) => typeof step !== 'object').join('.') : '';
  return [place, typeof msg === 'string' ? msg : ''].filter((text) => text !== '').join(': ');
}
