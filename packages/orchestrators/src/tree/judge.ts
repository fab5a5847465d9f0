import { providerError, toTakoError, type Attempt, type Verdict, type Verifier } from '@tako/core';

import type { Place } from '../turn/open-answer.js';
import { runWithin } from '../turn/run-within.js';
import type { TreeRun } from './tree-run.js';

/** Longest judgement, in milliseconds. */
const timeoutMs = 120_000;

/**
 * A verdict about an answer, told as an event; in a resumed run the one it got before.
 *
 * @throws `malformed_response` for a score that is none; what the verifier throws, as a `TakoError`.
 */
export function judge(run: TreeRun, place: Place, verifier: Verifier, attempt: Attempt): Promise<Verdict> {
  return run.once(`verdict:${place.step}.${place.branch}`, async () => {
    const { score, feedback } = await ask(run, place, (call) => verifier.verify(attempt, call));
    const verdict = { score, ...(feedback === undefined ? {} : { feedback }) };
    await run.tell({ type: 'verifier_score', ...place, ...verdict, isPartial: false });
    return verdict;
  });
}

/** A verdict about an answer that is still growing, told as an event; `undefined` where there is none yet. */
export async function judgePartial(
  run: TreeRun,
  place: Place,
  verifier: Verifier,
  attempt: Attempt,
): Promise<Verdict | undefined> {
  const { verifyPartial } = verifier;
  if (verifyPartial === undefined) return undefined;
  const verdict = await ask(run, place, (call) => verifier.verifyPartial?.(attempt, call));
  if (verdict !== undefined) {
    const { score, feedback } = verdict;
    await run.tell({ type: 'verifier_score', ...place, score, feedback, isPartial: true });
  }
  return verdict;
}

async function ask<T extends Verdict | undefined>(
  run: TreeRun,
  place: Place,
  verify: (call: ReturnType<TreeRun['callAt']>) => T | Promise<T>,
): Promise<T> {
  const bounds = { signal: run.call.signal, timeoutMs, clock: run.clock, what: 'the verifier' };
  let verdict: T;
  try {
    verdict = await runWithin(bounds, (signal) => verify(run.callAt(place, signal)));
  } catch (error) {
    throw toTakoError(error, 'invalid', 'the verifier threw');
  }
  const score: unknown = verdict?.score;
  if (verdict === undefined || (typeof score === 'number' && score >= 0 && score <= 1)) return verdict;
  throw providerError('malformed_response', `the verifier gave the score ${String(score)}; a score is 0 to 1`);
}
