import { invalidOptions, type Verdict } from '@tako/core';

import type { AskingVerifier } from '../asks.js';

/** What `exactly` takes besides the answer. */
export interface ExactlyOptions {
  /** Whether upper and lower case are the same. @defaultValue false */
  readonly ignoreCase?: boolean | undefined;
}

/**
 * 1 for this answer (or one of these), else 0. Space around the answer does not count. Says no as soon as a growing answer
 * can no longer become one of them.
 *
 * @throws `invalid` when there is nothing to compare with.
 */
export function exactly(
  expected: string | readonly string[],
  { ignoreCase = false }: ExactlyOptions = {},
): AskingVerifier {
  const normal = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const wanted = [expected].flat().map((text) => normal(text.trim()));
  if (wanted.length === 0) throw invalidOptions('exactly', 'there is no answer to compare with');
  // The expected answer is not given away.
  const wrong: Verdict = { score: 0, feedback: 'The answer is not the expected one.' };
  return {
    asks: [],
    verify: ({ text }) => (wanted.includes(normal(text.trim())) ? { score: 1 } : wrong),
    verifyPartial({ text }) {
      const begun = normal(text.trimStart());
      const mayBecome = wanted.some((answer) => answer.startsWith(begun) || answer === begun.trimEnd());
      return mayBecome ? undefined : { ...wrong, isDecided: true };
    },
  };
}
