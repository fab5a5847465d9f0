import type { SearchSettings } from '../ab-mcts/read-options.js';
import type { AsksModels } from '../asks.js';
import type { ConductorSettings } from '../conductor/conductor.js';
import type { SelfCallerOptions } from '../self-caller/self-caller-options.js';
import type { Settled } from '../tree/settled.js';
import type { Worker } from '../tree/worker.js';
import type { TrinityOptions } from '../trinity/trinity-options.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { nothing, within, type Bound } from './bound.js';
import { boundOfAbMcts } from './bound-of-ab-mcts.js';
import { boundOfAgent } from './bound-of-agent.js';
import { boundOfConductor } from './bound-of-conductor.js';
import { boundOfAsked, boundOfModel } from './bound-of-model.js';
import { boundOfSelfCaller } from './bound-of-self-caller.js';
import { boundOfTrinity } from './bound-of-trinity.js';
import type { Situation } from './situation.js';

/** What a worker uses, at the most. */
export function boundOf(worker: Worker, situation: Situation): Bound {
  if (!('run' in worker)) return boundOfModel(worker, situation);
  const { kind } = worker;
  // Recognised by what it says it is: two copies of this package may be installed.
  const { options, asks } = worker as { readonly options?: object } & AsksModels;
  if (asks !== undefined) return boundOfAsked(asks, situation, kind, true);
  // The classes of these kinds settled their options, which are of these types then.
  if (options !== undefined && kind === 'single_agent') return boundOfAgent(options as TurnOptions, situation);
  if (
    options !== undefined &&
    (kind === 'self_caller' || kind === 'trinity' || kind === 'conductor' || kind === 'ab_mcts')
  ) {
    const { limits = {} } = options as Pick<SelfCallerOptions, 'limits'>;
    const depthLeft = Math.min(situation.depthLeft, limits.maxDepth ?? 8);
    if (depthLeft <= 0) return nothing;
    const inside = { ...situation, depthLeft: depthLeft - 1 };
    if (kind === 'ab_mcts') return within(boundOfAbMcts(options as SearchSettings, inside), limits);
    if (kind === 'self_caller') return within(boundOfSelfCaller(options as Settled<SelfCallerOptions>, inside), limits);
    if (kind === 'trinity') return within(boundOfTrinity(options as Settled<TrinityOptions>, inside), limits);
    return within(boundOfConductor(options as ConductorSettings, inside), limits);
  }
  const unknown = new Set([`${kind}: what it asks of models is not known`]);
  return {
    ...nothing,
    calls: Infinity,
    usd: Infinity,
    dearestUsd: Infinity,
    atOnce: 1,
    replyTokens: Infinity,
    unknown,
  };
}
