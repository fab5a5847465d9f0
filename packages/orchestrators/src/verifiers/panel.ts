import { invalidOptions, isTakoError, providerError, type Verdict, type Verifier } from '@tako/core';

import { asksOf, type AskingVerifier } from '../asks.js';
import { askVerifier, type JudgementBounds } from './ask-verifier.js';

/** What `panel` takes. */
export interface PanelOptions extends JudgementBounds {
  /** Who sits on it, for one and the same criterion. */
  readonly judges: readonly Verifier[];
  /** How their scores become one. @defaultValue `median` */
  readonly by?: 'mean' | 'median' | 'min' | undefined;
  /** How many must come to a verdict. @defaultValue more than half */
  readonly quorum?: number | undefined;
}

/**
 * Several judges at the same time, so that no single one decides. One that fails, hangs or gives a score that is none has
 * no vote.
 *
 * @throws `invalid` for options that cannot work. `verify` throws what the first judge threw that failed, where there is no
 *   quorum.
 */
export function panel(options: PanelOptions): AskingVerifier {
  const { judges, by = 'median', quorum = Math.floor(judges.length / 2) + 1 } = options;
  if (judges.length === 0) throw invalidOptions('panel', 'nobody sits on it');
  if (!(quorum >= 1 && quorum <= judges.length)) {
    throw invalidOptions('panel', `a quorum of ${quorum} is none of ${judges.length} judges`);
  }
  return {
    asks: asksOf(judges),
    async verify(attempt, call) {
      const settled = await Promise.allSettled(judges.map((judge) => askVerifier(judge, attempt, call, options)));
      const verdicts = settled.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
      const failure: unknown = settled.find((end) => end.status === 'rejected')?.reason;
      if (isTakoError(failure, 'cancelled') && call.signal.aborted) throw failure;
      if (verdicts.length < quorum) throw failure ?? providerError('malformed_response', 'the panel has no verdict');
      return {
        score: joined(
          verdicts.map(({ score }) => score),
          by,
        ),
        ...joinFeedback(verdicts),
      };
    },
  };
}

function joined(scores: readonly number[], by: NonNullable<PanelOptions['by']>): number {
  if (by === 'min') return Math.min(...scores);
  if (by === 'mean') return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const sorted = scores.toSorted((left, right) => left - right);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0;
  return (low + high) / 2;
}

/** What all say that is worth telling the next attempt, each thing once. */
export function joinFeedback(verdicts: readonly Verdict[]): Pick<Verdict, 'feedback'> {
  const said = new Set(
    verdicts.flatMap(({ feedback }) => (feedback === undefined || feedback === '' ? [] : [feedback])),
  );
  return said.size === 0 ? {} : { feedback: [...said].join('\n') };
}
