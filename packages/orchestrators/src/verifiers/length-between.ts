import { invalidOptions, type Verdict } from '@tako/core';

import type { AskingVerifier } from '../asks.js';

/** What `lengthBetween` takes. */
export interface LengthBetweenOptions {
  /** @defaultValue 0 */
  readonly minCharacters?: number | undefined;
  /** @defaultValue no limit */
  readonly maxCharacters?: number | undefined;
}

/**
 * 1 for an answer of this length, else 0. Characters are Unicode code points, not bytes. A growing answer ends as soon as it
 * is too long.
 *
 * @throws `invalid` for limits that no answer can keep.
 */
export function lengthBetween({ minCharacters = 0, maxCharacters = Infinity }: LengthBetweenOptions): AskingVerifier {
  if (!(minCharacters >= 0 && maxCharacters >= minCharacters)) {
    throw invalidOptions('lengthBetween', `no answer has ${minCharacters} to ${maxCharacters} characters`);
  }
  const tooLong: Verdict = { score: 0, feedback: `The answer must be at most ${maxCharacters} characters long.` };
  const tooShort: Verdict = { score: 0, feedback: `The answer must be at least ${minCharacters} characters long.` };
  return {
    asks: [],
    verify({ text }) {
      if (isLonger(text, maxCharacters)) return tooLong;
      return minCharacters > 0 && !isLonger(text, minCharacters - 1) ? tooShort : { score: 1 };
    },
    verifyPartial: ({ text }) => (isLonger(text, maxCharacters) ? { ...tooLong, isDecided: true } : undefined),
  };
}

/** Whether a text has more code points than that. One code point is one or two units long, so most need no counting. */
function isLonger(text: string, characters: number): boolean {
  if (text.length <= characters) return false;
  if (text.length > 2 * characters) return true;
  let count = 0;
  for (const _ of text) if (++count > characters) return true;
  return false;
}
