import type { AsksModels } from '../asks.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { inTurn, nothing, oneOf, type Bound } from './bound.js';
import { boundOfAsked, boundOfModel } from './bound-of-model.js';
import { endless, mostRounds } from './endless.js';
import { tokensOf, type Situation } from './situation.js';

/** What is said to a model whose output does not fit, about. */
const repairTokens = 500;

/**
 * What an agent uses. Without tools it answers at once, or after the repairs of its output; with tools it may use up its
 * turns, and its prompt grows by what they give: how much that is, only the model's context bounds.
 */
export function boundOfAgent(options: TurnOptions, situation: Situation): Bound {
  const { tools, mcpServers, prepareStep, output, system, request, provider, candidates, router } = options;
  const hasTools = tools.length > 0 || mcpServers.length > 0 || situation.hasTools || prepareStep !== undefined;
  const repairs = output === undefined ? 0 : options.maxOutputRepairs;
  const turns = Math.min(options.maxSteps, hasTools ? Infinity : repairs + 1);
  if (turns > mostRounds) return endless('single_agent', `${turns} turns`);
  const isGrowing = mcpServers.length > 0 || prepareStep !== undefined;
  const form = output === undefined ? 0 : 2 * tokensOf(JSON.stringify(output.plan().tool)) + 300;
  const schemas = tokensOf(
    JSON.stringify(tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))),
  );
  const first =
    situation.promptTokens +
    form +
    (tools.length > 0 ? schemas : 0) +
    (system === undefined ? 0 : tokensOf(system) + 4);
  const { maxOutputTokens = request.maxOutputTokens } = situation;
  let bound = nothing;
  let promptTokens = isGrowing ? Infinity : first;
  for (let turn = 0; turn < turns; turn++) {
    const asked = { ...situation, maxOutputTokens, promptTokens };
    const answer = oneOf(...[provider, ...candidates].map((each) => boundOfModel(each, asked)));
    const routing =
      router === undefined ? nothing : boundOfAsked((router as AsksModels).asks, asked, 'the router of an agent');
    bound = inTurn(bound, routing, answer);
    promptTokens = hasTools ? Infinity : promptTokens + answer.replyTokens + repairTokens;
  }
  return bound;
}
