import { invalidOptions, systemClock, type Call, type Route, type Router, type RouteRequest } from '@tako/core';

import { asksOf } from '../asks.js';
import { asObject, routerOf, type LearningRouter, type RouterOptions } from './filtered.js';

/** What `sticky` takes. */
export interface StickyOptions extends RouterOptions {
  /** Chooses for a session that has nobody yet, or whose provider cannot take the call. */
  readonly router: Router;
  /**
   * What makes calls belong together; sessions of two tenants never do.
   * @defaultValue the request's `cache.key`, or else the run
   */
  readonly by?: ((request: RouteRequest, call: Call) => string) | undefined;
  /** Sessions that are remembered; the one that was not seen for longest is forgotten. @defaultValue 10000 */
  readonly maxSessions?: number | undefined;
  /** A session that was not seen for this long is forgotten, in milliseconds. @defaultValue 3600000 */
  readonly idleMs?: number | undefined;
}

/**
 * Keeps a session with the provider that it began with, so that the vendor's prompt cache stays warm.
 *
 * @throws `invalid` for options that cannot work; see `filtered`; what the router inside throws.
 */
export function sticky(options: StickyOptions): LearningRouter {
  const { router, by = sessionOf, maxSessions = 10_000, idleMs = 3_600_000 } = options;
  const { clock = systemClock(globalThis) } = options;
  if (!(maxSessions >= 1)) throw invalidOptions('sticky', `maxSessions must be at least 1, got ${maxSessions}`);
  if (!(idleMs > 0)) throw invalidOptions('sticky', `idleMs must be above 0, got ${idleMs}`);
  /** The least recently seen one first. */
  const sessions = new Map<string, { readonly providerId: string; readonly seenMs: number }>();

  const keep = (key: string, route: Route): Route => {
    sessions.delete(key);
    sessions.set(key, { providerId: route.providerId, seenMs: clock.now() });
    for (const oldest of sessions.keys()) {
      if (sessions.size <= maxSessions) break;
      sessions.delete(oldest);
    }
    return route;
  };

  return routerOf(options, {
    kind: 'sticky',
    asks: asksOf([router]),
    async choose(request, call) {
      const key = JSON.stringify([call.principal.tenantId, by(request, call)]);
      const known = sessions.get(key);
      const isFresh = known !== undefined && clock.now() - known.seenMs <= idleMs;
      if (isFresh && request.candidates.some(({ id }) => id === known.providerId)) {
        return keep(key, { providerId: known.providerId, reason: 'the session is with it' });
      }
      const route = await router.route(request, call);
      const isThere = request.candidates.some(({ id }) => id === (route as Route | undefined)?.providerId); // JavaScript may give nothing
      return isThere ? keep(key, route) : route;
    },
    learn: (outcome) => router.learn?.(outcome),
    state: () => ({ sessions: [...sessions].map(([key, { providerId, seenMs }]) => ({ key, providerId, seenMs })) }),
    restore({ sessions: saved }) {
      for (const entry of Array.isArray(saved) ? saved : []) {
        const { key, providerId, seenMs } = asObject(entry);
        if (typeof key !== 'string' || typeof providerId !== 'string' || typeof seenMs !== 'number') continue;
        sessions.set(key, { providerId, seenMs });
      }
    },
  });
}

function sessionOf({ request }: RouteRequest, { runId }: Call): string {
  return request.cache?.key ?? runId;
}
