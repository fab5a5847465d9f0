import { isTakoError, TakoError } from '@tako/core';

/**
 * A copy of an error for each of those who wait for the same thing: a run writes its own `partial` into the error it
 * throws, and must not write it into that of another run.
 */
export function ownCopy(error: unknown): unknown {
  if (!isTakoError(error)) return error;
  const { code, message, cause, retryable, retryAfterMs, status, requestId, source, excerpt, details } = error;
  return new TakoError(code, message, {
    cause,
    retryable,
    retryAfterMs,
    status,
    requestId,
    source,
    excerpt,
    details,
  });
}
