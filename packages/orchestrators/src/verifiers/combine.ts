import { invalidOptions, type Verdict, type Verifier } from '@tako/core';

import { asksOf, type AskingVerifier } from '../asks.js';
import { askVerifier, checkVerdict, type JudgementBounds } from './ask-verifier.js';
import { joinFeedback } from './panel.js';

/** What `combine` takes. */
export interface CombineOptions extends JudgementBounds {
  /** One for each criterion, the cheapest first. */
  readonly verifiers: readonly Verifier[];
  /** How their scores become one. @defaultValue `min` */
  readonly by?: 'min' | 'product' | 'mean' | undefined;
  /** How much each counts, for `mean`. @defaultValue all the same */
  readonly weights?: readonly number[] | undefined;
}

/**
 * Several criteria, all of which count. They are asked one after the other: with `min` and `product` a 0 settles it, and
 * what comes after is not asked, so that no judge is paid for an answer of the wrong form.
 *
 * @throws `invalid` for options that cannot work. `verify` throws what any of them throws.
 */
export function combine(options: CombineOptions): AskingVerifier {
  const { verifiers, by = 'min', weights } = options;
  const shares = weights ?? verifiers.map(() => 1);
  const sum = shares.reduce((total, weight) => total + weight, 0);
  if (verifiers.length === 0) throw invalidOptions('combine', 'there is nothing to combine');
  if (shares.length !== verifiers.length || !shares.every((weight) => weight >= 0) || !(sum > 0 && sum < Infinity)) {
    throw invalidOptions('combine', 'weights must be one for each verifier, 0 or more, and not all 0');
  }
  const join = (scores: readonly number[]): number => {
    if (by === 'min') return Math.min(...scores);
    if (by === 'product') return scores.reduce((product, score) => product * score, 1);
    return scores.reduce((total, score, at) => total + score * (shares[at] ?? 0), 0) / sum;
  };
  return {
    asks: asksOf(verifiers),
    async verify(attempt, call) {
      const verdicts: Verdict[] = [];
      for (const verifier of verifiers) {
        const verdict = await askVerifier(verifier, attempt, call, options);
        verdicts.push(verdict);
        if (verdict.score === 0 && by !== 'mean') break;
      }
      const score = Math.min(1, join(verdicts.map((verdict) => verdict.score)));
      return { score, ...joinFeedback(verdicts) };
    },
    async verifyPartial(attempt, call) {
      if (by === 'mean') return undefined;
      // Of an answer that is not whole only a no is certain.
      for (const verifier of verifiers) {
        const verdict = await verifier.verifyPartial?.(attempt, call);
        if (verdict?.isDecided === true && checkVerdict(verdict).score === 0) return verdict;
      }
      return undefined;
    },
  };
}
