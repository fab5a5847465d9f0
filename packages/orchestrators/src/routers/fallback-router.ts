import { invalidOptions, isTakoError, TakoError, type Router } from '@tako/core';

import { asksOf } from '../asks.js';
import { routerOf, type LearningRouter, type RouterOptions } from './filtered.js';

/** What `fallbackRouter` takes. */
export interface FallbackRouterOptions extends RouterOptions {
  /** Providers by id, and routers, best first: the first one that can take the call, or that names one who can. */
  readonly order: readonly (string | Router)[];
}

/**
 * Goes through an order of preference: a provider that cannot take the call is passed over, and so is a router that fails
 * or names nobody. For the failures of a call under way there is the layer `fallback` of `@tako/reliability`.
 *
 * @throws `invalid` for an empty order; see `filtered`. Where the whole order is passed over, what its last router threw,
 *   or `unsupported`.
 */
export function fallbackRouter(options: FallbackRouterOptions): LearningRouter {
  const { order } = options;
  if (order.length === 0) throw invalidOptions('fallbackRouter', 'order names nobody');
  return routerOf(options, {
    kind: 'fallback_router',
    asks: asksOf(order.filter((choice) => typeof choice !== 'string')),
    async choose(request, call) {
      const has = (providerId: unknown): boolean => request.candidates.some(({ id }) => id === providerId);
      const passed: string[] = [];
      let failure: TakoError | undefined;
      for (const choice of order) {
        const after = passed.length === 0 ? '' : `, after ${passed.join(', ')}`;
        if (typeof choice === 'string') {
          if (has(choice)) return { providerId: choice, reason: `next in order${after}` };
          passed.push(choice);
          continue;
        }
        try {
          const route = await choice.route(request, call);
          if (has(route?.providerId)) return { ...route, reason: `${route.reason}${after}` };
          passed.push('a router that named nobody');
        } catch (error) {
          if (call.signal.aborted) throw error;
          if (isTakoError(error)) failure = error;
          passed.push(`a router that failed (${isTakoError(error) ? error.code : 'foreign error'})`);
        }
      }
      throw failure ?? new TakoError('unsupported', `fallbackRouter: nobody is left after ${passed.join(', ')}`);
    },
    learn(outcome) {
      for (const choice of order) if (typeof choice !== 'string') choice.learn?.(outcome);
    },
  });
}
