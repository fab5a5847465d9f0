import type { TakoError } from '@tako/core';
import { statusError, type FailedAnswer } from '@tako/core/provider';

/**
 * The error for an answer that is no success, in the shape of google.rpc.Status: `{ error: { code, message, status, details } }`,
 * alone or in an array. How long to wait stands in its details, where no header tells it.
 *
 * Source: google/rpc/status.proto and error_details.proto of https://github.com/googleapis/googleapis (read 2026-11-23).
 */
export function vertexError(answer: FailedAnswer): TakoError {
  const error = errorIn(answer.body);
  if (error === undefined) return statusError(answer);
  const { message, details }: { readonly message?: unknown; readonly details?: unknown } = error;
  const waitMs = retryDelayMs(details);
  // What the vendor has no status of its own for; the code is OpenAI's word, which `statusError` knows.
  const isTooLong = typeof message === 'string' && /token count.{0,40}exceeds the maximum/i.test(message);
  return statusError({
    ...answer,
    body: JSON.stringify({ error: { message, ...(isTooLong ? { code: 'context_length_exceeded' } : {}) } }),
    headers:
      waitMs === undefined || 'retry-after' in answer.headers || 'retry-after-ms' in answer.headers
        ? answer.headers
        : { ...answer.headers, 'retry-after-ms': String(waitMs) },
  });
}

function errorIn(body: string): object | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined; // a page of a proxy, or nothing
  }
  const status: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  const { error }: { readonly error?: unknown } = Object(status);
  return typeof error === 'object' && error !== null ? error : undefined;
}

/** The delay of google.rpc.RetryInfo: seconds as text, `3.5s`. */
function retryDelayMs(details: unknown): number | undefined {
  for (const detail of Array.isArray(details) ? details : []) {
    const { '@type': type, retryDelay }: { readonly [key: string]: unknown } = Object(detail);
    if (typeof type !== 'string' || !type.endsWith('google.rpc.RetryInfo')) continue;
    const seconds = typeof retryDelay === 'string' ? /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(retryDelay)?.[1] : undefined;
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1_000);
  }
  return undefined;
}
