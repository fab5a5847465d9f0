import { askToRefine, type RoutedModels, type SearchSettings } from '../ab-mcts/read-options.js';
import type { AsksModels } from '../asks.js';
import type { Worker } from '../tree/worker.js';
import { inTurn, oneOf, times, type Bound } from './bound.js';
import { boundOfAsked } from './bound-of-model.js';
import { boundOfVerdict } from './bound-of-self-caller.js';
import { endless, mostRounds } from './endless.js';
import type { Situation } from './situation.js';

/** The words around score and feedback. */
const wishTokens = 150;
/** The feedback of a verifier that is no model, about. */
const ruleTokens = 500;

/** What a search uses: no answer reaches the target, each refines the longest one, and the dearest generator makes it. */
export function boundOfAbMcts(settings: SearchSettings, situation: Situation): Bound {
  const { generators, verifier, maxIterations, parallel, refine } = settings;
  if (maxIterations > mostRounds) return endless('ab_mcts', `${maxIterations} iterations`);
  const all = [...generators.values()];
  const made = (promptTokens: number): Bound =>
    oneOf(...all.map((each) => boundOfGenerator(each, { ...situation, promptTokens })));
  const first = made(situation.promptTokens);
  const verdict = boundOfVerdict(verifier, situation, first.replyTokens);
  const wish = refine === askToRefine ? wishTokens + verdict.replyTokens + ruleTokens : Infinity;
  const refined = made(situation.promptTokens + first.replyTokens + wish);
  const bound = times(inTurn(verdict, oneOf(first, refined)), maxIterations);
  const together = Math.min(parallel, maxIterations) * Math.max(refined.atOnce, first.atOnce, verdict.atOnce);
  return { ...bound, atOnce: Math.max(bound.atOnce, together), replyTokens: refined.replyTokens };
}

function boundOfGenerator(generator: Worker | RoutedModels, situation: Situation): Bound {
  if (!('candidates' in generator)) return situation.boundOf(generator, situation);
  const { router, candidates } = generator;
  const routing = boundOfAsked((router as AsksModels).asks, situation, 'the router of a search');
  return inTurn(routing, oneOf(...candidates.map((each) => situation.boundOf(each, situation))));
}
