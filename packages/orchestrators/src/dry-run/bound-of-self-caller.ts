import type { Verifier } from '@tako/core';

import type { AsksModels } from '../asks.js';
import type { SelfCallerOptions } from '../self-caller/self-caller-options.js';
import { askForRevision } from '../self-caller/self-caller.js';
import type { Settled } from '../tree/settled.js';
import { inTurn, nothing, type Bound } from './bound.js';
import { boundOfAsked } from './bound-of-model.js';
import { endless, mostRounds } from './endless.js';
import type { Situation } from './situation.js';

/** The words around score and feedback; and around what a judge is shown. */
const wishTokens = 150;
const judgeTokens = 800;
/** The feedback of a verifier that is no model, about. */
const ruleTokens = 500;

/** What a SelfCaller uses: every revision is taken, and each is better than the one before. */
export function boundOfSelfCaller(options: Settled<SelfCallerOptions>, situation: Situation): Bound {
  const { inner, guard, maxDepth, revise } = options;
  const deepest = Math.floor(Math.min(maxDepth, situation.roundsLeft));
  if (deepest > mostRounds) return endless('self_caller', `${deepest} revisions`);
  let bound = nothing;
  let promptTokens = situation.promptTokens;
  for (let depth = 0; depth <= deepest; depth++) {
    const draft = situation.boundOf(inner, { ...situation, promptTokens, roundsLeft: deepest - depth });
    const verdict = boundOfVerdict(guard, situation, draft.replyTokens);
    bound = inTurn(bound, verdict, draft);
    const wish = revise === askForRevision ? wishTokens + verdict.replyTokens + ruleTokens : Infinity;
    promptTokens = situation.promptTokens + draft.replyTokens + wish;
  }
  return bound;
}

/** What judging one answer uses. */
export function boundOfVerdict(verifier: Verifier, situation: Situation, answerTokens: number): Bound {
  const promptTokens = situation.promptTokens + answerTokens + judgeTokens;
  return boundOfAsked((verifier as AsksModels).asks, { ...situation, promptTokens }, 'a verifier');
}
