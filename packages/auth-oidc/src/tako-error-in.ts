import { isTakoError, TakoError } from '@tako/core';

/** Our own error in a foreign one: openid-client wraps what `fetch` threw. */
export function takoErrorIn(error: unknown): TakoError | undefined {
  for (let at = error, depth = 0; depth < 4; depth++) {
    if (isTakoError(at)) return at;
    at = at instanceof Error ? at.cause : undefined;
  }
  return undefined;
}

/** Many callers fail by one piece of work: each has an error of its own, to which its door may add. */
export function copyOf(error: TakoError): TakoError {
  const { code, message, source, status, retryAfterMs, cause, details } = error;
  return new TakoError(code, message, { source, status, retryAfterMs, cause, details });
}
