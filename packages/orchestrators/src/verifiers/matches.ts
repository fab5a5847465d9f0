import type { AskingVerifier } from '../asks.js';
import { boundedPattern } from '../routers/bounded-pattern.js';

/** What `matches` takes besides the pattern. */
export interface MatchesOptions {
  /** Turns it round: 1 where the pattern is *not* found. A growing answer ends as soon as it is. @defaultValue false */
  readonly not?: boolean | undefined;
  /** How much of the answer is looked at. @defaultValue 100000 */
  readonly maxCharacters?: number | undefined;
  /** What the next attempt is told. @defaultValue that the pattern is (not) found */
  readonly feedback?: string | undefined;
}

/**
 * 1 where a regular expression is found in the answer, else 0. It is searched for: anchor it where that matters.
 *
 * @throws `invalid` for a pattern that is none, or that repeats a group which itself repeats.
 */
export function matches(pattern: RegExp | string, options: MatchesOptions = {}): AskingVerifier {
  const { not = false, maxCharacters = 100_000 } = options;
  const bounded = boundedPattern(pattern, maxCharacters, 'matches');
  const { source } = bounded;
  const { feedback = not ? `The answer must not match /${source}/.` : `The answer must match /${source}/.` } = options;
  // What more text could undo: an end, a word's edge, a look ahead.
  const canBeUndone = /\$|\\[bB]|\(\?[=!]/.test(source);
  return {
    asks: [],
    verify: ({ text }) => (bounded.test(text) === not ? { score: 0, feedback } : { score: 1 }),
    verifyPartial({ text }) {
      if (canBeUndone || !bounded.test(text)) return undefined;
      return not ? { score: 0, feedback, isDecided: true } : { score: 1 };
    },
  };
}
