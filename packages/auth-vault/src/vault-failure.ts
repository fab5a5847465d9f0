import { isTakoError, retryAfterMs, TakoError } from '@tako/core';

import { source } from './source.js';

/** What they say is the caller's business too. */
const handedOn = ['cancelled'] as const;

/** Codes of "that cannot be told now". Any other is `transport`: for the caller it is all the same. */
const outages = ['timeout', 'rate_limited', 'circuit_open', 'budget_exhausted', 'transport'] as const;

/**
 * The error for a question that Vault did not answer.
 *
 * That Vault refuses *our* token (`auth`, `permission`), is sealed, or answers what nobody can read is never the caller's fault. Of
 * what is no `TakoError` nothing is handed on: it may quote anything.
 */
export function vaultFailure(error: unknown): TakoError {
  if (isTakoError(error, ...handedOn)) return error;
  const code = outages.find((name) => isTakoError(error, name)) ?? 'transport';
  const why = isTakoError(error) ? ` (${error.code})` : '';
  return new TakoError(code, `${source}: the token cannot be looked up${why}`, {
    source,
    retryAfterMs: retryAfterMs(error),
    cause: isTakoError(error) ? error : undefined,
  });
}
