import { isTakoError, type Attempt, type Verdict, type Verifier } from '@tako/core';

import type { Place } from '../turn/open-answer.js';
import { untilAborted } from '../turn/until-aborted.js';
import { askVerifier, checkVerdict } from '../verifiers/ask-verifier.js';
import type { TreeRun } from './tree-run.js';

/**
 * A verdict about an answer, told as an event; in a resumed run the one it got before.
 *
 * @throws what `askVerifier` throws.
 */
export function judge(run: TreeRun, place: Place, verifier: Verifier, attempt: Attempt): Promise<Verdict> {
  return run.once(`verdict:${place.step}.${place.branch}`, async () => {
    const { score, feedback } = await askVerifier(verifier, attempt, run.callAt(place), { clock: run.clock });
    const verdict = { score, ...(feedback === undefined ? {} : { feedback }) };
    await run.tell({ type: 'verifier_score', ...place, ...verdict, isPartial: false });
    return verdict;
  });
}

/**
 * A verdict about an answer that is still growing, told as an event; `undefined` where there is none yet. A verifier that
 * fails at it has its say when the answer is whole.
 */
export async function judgePartial(
  run: TreeRun,
  place: Place,
  verifier: Verifier,
  attempt: Attempt,
): Promise<Verdict | undefined> {
  const verdict = await untilAborted(run.call.signal, async () => {
    try {
      const given = await verifier.verifyPartial?.(attempt, run.callAt(place));
      return given === undefined ? undefined : checkVerdict(given);
    } catch (error) {
      if (isTakoError(error, 'budget_exhausted')) throw error;
      return undefined;
    }
  });
  if (verdict === undefined) return undefined;
  const { score, feedback } = verdict;
  await run.tell({ type: 'verifier_score', ...place, score, feedback, isPartial: true });
  return verdict;
}
