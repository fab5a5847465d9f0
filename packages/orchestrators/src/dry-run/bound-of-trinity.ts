import type { AsksModels } from '../asks.js';
import type { Settled } from '../tree/settled.js';
import type { TrinityOptions } from '../trinity/trinity-options.js';
import { inTurn, nothing, oneOf, type Bound } from './bound.js';
import { boundOfAsked } from './bound-of-model.js';
import { endless, mostRounds } from './endless.js';
import { quotedTokens, tokensOf, type Situation } from './situation.js';

/** The words around what the team has said, and around each turn of it. */
const frameTokens = 40;

/** What a team uses: nobody accepts, and the dearest agent has every turn. */
export function boundOfTrinity(options: Settled<TrinityOptions>, situation: Situation): Bound {
  const { agents, roles, router, maxTurns, maxCharactersPerTurn } = options;
  const turns = Math.ceil(maxTurns);
  if (turns > mostRounds) return endless('trinity', `${turns} turns`);
  const role = Math.max(...Object.values(roles).map(({ prompt }) => tokensOf(prompt)));
  const longest = Math.max(...Object.keys(agents).map((name) => tokensOf(name)), 0) + frameTokens;
  let bound = nothing;
  let said = 0;
  for (let turn = 0; turn < turns; turn++) {
    const promptTokens = situation.promptTokens + role + frameTokens + said;
    const asked = { ...situation, promptTokens };
    const taken = oneOf(...Object.values(agents).map((agent) => situation.boundOf(agent, asked)));
    const routing = boundOfAsked((router as AsksModels).asks, asked, 'the role router');
    bound = inTurn(bound, routing, taken);
    said += longest + quotedTokens(Math.min(taken.replyTokens, Math.ceil((maxCharactersPerTurn + 80) / 4)));
  }
  return bound;
}
