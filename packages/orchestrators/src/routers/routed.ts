import {
  attachPartial,
  cancelled,
  CONTRACT,
  invalidOptions,
  isTakoError,
  noUsage,
  systemClock,
  toTakoError,
  type Clock,
  type Provider,
  type Router,
} from '@tako/core';

import { asksOf, type AsksModels } from '../asks.js';
import { untilAborted } from '../turn/until-aborted.js';
import { answeredBy } from './answered-by.js';
import { capabilitiesOfAny, highestPrice } from './capabilities-of-any.js';
import { learnFrom } from './learn-from.js';
import { SideCalls } from './side-calls.js';

/** What `routed` takes. */
export interface RoutedOptions {
  readonly router: Router;
  /** Who may be chosen, each id once. */
  readonly candidates: readonly Provider[];
  /** @defaultValue `router:auto` */
  readonly id?: string | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * A router and its candidates as one provider: for a `Client`, a server, or whatever takes a provider. What the router
 * itself asks of models is told as `attempt` events, and paid for; what comes of each call is told to the router.
 *
 * It can do what any candidate can; its price is the highest of all. Budgets and other layers belong around the
 * candidates.
 *
 * @throws `invalid` for no candidates, or two of one id. The stream throws what the router throws; `invalid` when it names
 *   nobody; what the chosen provider throws.
 */
export function routed(options: RoutedOptions): Provider & AsksModels {
  const { router, candidates, id = 'router:auto', clock = systemClock(globalThis) } = options;
  if (candidates.length === 0) throw invalidOptions('routed', 'there are no candidates');
  if (new Set(candidates.map((candidate) => candidate.id)).size < candidates.length) {
    throw invalidOptions('routed', 'two candidates have the same id');
  }
  const routing = asksOf([router]);
  const taught = candidates.map(learnFrom(router, { clock }));
  return {
    contract: CONTRACT,
    id,
    capabilities: capabilitiesOfAny(candidates),
    price: highestPrice(candidates),
    asks: routing && [...routing, { worker: candidates, calls: 1 }],
    async *stream(request, call) {
      if (call.signal.aborted) throw cancelled(call.signal.reason, { content: [] });
      const side = new SideCalls(clock);
      const step = request.messages.filter(({ role }) => role === 'assistant').length;
      let chosen: Provider | undefined;
      try {
        const { providerId } = await untilAborted(call.signal, () =>
          router.route({ request, step, candidates }, side.within(call)),
        );
        chosen = taught.find((candidate) => candidate.id === providerId);
        if (chosen === undefined) throw invalidOptions(id, `the router chose "${providerId}", no candidate`);
      } catch (error) {
        yield* side.giveUp();
        if (isTakoError(error, 'cancelled') && call.signal.aborted)
          throw cancelled(call.signal.reason, { content: [] });
        // What it used has been told by now: the error itself used nothing.
        const failure = toTakoError(error, 'invalid', `${id}: the router threw`, { source: id });
        throw attachPartial(failure, { content: [], usage: noUsage, costUsd: 0 });
      }
      yield* side.take();
      yield* answeredBy(chosen, chosen.stream(request, call));
    },
  };
}
