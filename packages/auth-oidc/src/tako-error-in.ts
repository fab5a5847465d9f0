import { isTakoError, type TakoError } from '@tako/core';

/** Our own error in a foreign one: openid-client wraps what `fetch` threw. */
export function takoErrorIn(error: unknown): TakoError | undefined {
  for (let at = error, depth = 0; depth < 4; depth++) {
    if (isTakoError(at)) return at;
    at = at instanceof Error ? at.cause : undefined;
  }
  return undefined;
}
