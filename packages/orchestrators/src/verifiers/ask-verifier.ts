import {
  cancelled,
  providerError,
  systemClock,
  toTakoError,
  type Attempt,
  type Call,
  type Clock,
  type Verdict,
  type Verifier,
} from '@tako/core';

import { runWithin } from '../turn/run-within.js';

/** What bounds a judgement. */
export interface JudgementBounds {
  /** Longest judgement, in milliseconds. @defaultValue 120000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * A verdict that is one, in time.
 *
 * @throws `timeout` for a verifier that hangs; `malformed_response` for a score that is none; `cancelled`; what the
 *   verifier throws, or `invalid` where that is no `TakoError`.
 */
export async function askVerifier(
  verifier: Verifier,
  attempt: Attempt,
  call: Call,
  { timeoutMs = 120_000, clock = systemClock(globalThis) }: JudgementBounds = {},
): Promise<Verdict> {
  let verdict: Verdict;
  try {
    const bounds = { signal: call.signal, timeoutMs, clock, what: 'the verifier' };
    verdict = await runWithin(bounds, (signal) => verifier.verify(attempt, { ...call, signal }));
  } catch (error) {
    if (call.signal.aborted) throw cancelled(call.signal.reason);
    throw toTakoError(error, 'invalid', 'the verifier threw');
  }
  return checkVerdict(verdict);
}

/** So far beyond the scale a sum of weights may round. */
const rounding = 1e-9;

/**
 * A score beyond the scale is no verdict, wherever it is given: one of ten, by a judge who counts to ten, must not pass for
 * the best there is, and end a search.
 *
 * @throws `malformed_response` for a score that is none.
 */
export function checkVerdict(verdict: Verdict): Verdict {
  const score: unknown = (verdict as Verdict | undefined)?.score; // a verifier in JavaScript may give nothing at all
  if (typeof score === 'number') {
    if (score >= 0 && score <= 1) return verdict;
    if (score >= -rounding && score <= 1 + rounding) return { ...verdict, score: score < 0 ? 0 : 1 };
  }
  throw providerError('malformed_response', `the verifier gave the score ${String(score)}; a score is 0 to 1`, {
    retryable: false,
  });
}
