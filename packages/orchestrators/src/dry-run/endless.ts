import { nothing, type Bound } from './bound.js';

/** Rounds beyond which nobody counts: what has no end is not known. */
export const mostRounds = 1_000;

/** Work whose rounds have no end: only a limit bounds it. */
export function endless(who: string, rounds: string): Bound {
  const unknown = new Set([`${who}: ${rounds} are too many to count`]);
  return {
    ...nothing,
    calls: Infinity,
    usd: Infinity,
    dearestUsd: Infinity,
    atOnce: 1,
    replyTokens: Infinity,
    unknown,
  };
}
