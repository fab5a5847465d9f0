import { inSpan, isTakoError, type Attempt, type Verdict, type Verifier } from '@tako/core';

import type { Place } from '../turn/open-answer.js';
import { runWithin } from '../turn/run-within.js';
import { throwIfAborted } from '../turn/until-aborted.js';
import { askVerifier, checkVerdict } from '../verifiers/ask-verifier.js';
import type { TreeRun } from './tree-run.js';

/**
 * A verdict about an answer, told as an event; in a resumed run the one it got before.
 *
 * @throws what `askVerifier` throws.
 */
export function judge(
  run: TreeRun,
  place: Place,
  verifier: Verifier,
  attempt: Attempt,
  kind: 'verifier' | 'guard' = 'verifier',
): Promise<Verdict> {
  const { step, branch } = place;
  return run.once(`verdict:${step}.${branch}`, async () => {
    const start = { kind, name: kind, attributes: { step, branch } };
    const { score, feedback } = await inSpan(run.callAt(place), start, async (call, span) => {
      const given = await askVerifier(verifier, attempt, call, { clock: run.clock });
      span?.set({ score: given.score });
      if (given.feedback !== undefined) span?.content?.('reason', given.feedback);
      return given;
    });
    const verdict = { score, ...(feedback === undefined ? {} : { feedback }) };
    await run.tell({ type: 'verifier_score', ...place, ...verdict, isPartial: false });
    return verdict;
  });
}

/** What judges an answer while it grows holds the answer up: it gets so many milliseconds, once. */
const longestPartialMs = 10_000;

/**
 * A verdict about an answer that is still growing, told as an event; `undefined` where there is none yet. A verifier that
 * fails at it has its say when the answer is whole; so has one that hangs (`too_late`), which must not be asked again.
 */
export async function judgePartial(
  run: TreeRun,
  place: Place,
  verifier: Verifier,
  attempt: Attempt,
): Promise<Verdict | 'too_late' | undefined> {
  const { signal } = run.call;
  const bounds = { signal, timeoutMs: longestPartialMs, clock: run.clock, what: 'the verifier of growing text' };
  let hasTime = true;
  let verdict: Verdict | undefined;
  try {
    const given = await runWithin(bounds, async (own) => {
      own.addEventListener('abort', () => (hasTime = false), { once: true });
      return verifier.verifyPartial?.(attempt, run.callAt(place, own));
    });
    verdict = given === undefined ? undefined : checkVerdict(given);
  } catch (error) {
    throwIfAborted(signal);
    if (isTakoError(error, 'budget_exhausted')) throw error;
    return hasTime ? undefined : 'too_late';
  }
  if (verdict === undefined) return undefined;
  const { score, feedback } = verdict;
  await run.tell({ type: 'verifier_score', ...place, score, feedback, isPartial: true });
  return verdict;
}
