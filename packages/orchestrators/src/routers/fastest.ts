import { invalidOptions, systemClock } from '@tako/core';

import { FadingMeans } from './fading-means.js';
import { routerOf, type LearningRouter, type RouterOptions } from './filtered.js';

/** What `fastest` takes. */
export interface FastestOptions extends RouterOptions {
  /** After this time a measurement counts half as much, in milliseconds. @defaultValue 300000 */
  readonly halfLifeMs?: number | undefined;
}

/**
 * Chooses who has answered fastest of late, by the outcomes it is told (see `learnFrom`). Who was not measured, or too long
 * ago, is tried first: that is how one that was slow gets another chance. Failures do not count as fast: they are the
 * bench's affair.
 *
 * @throws `invalid` for a half-life that is not above 0; see `filtered`.
 */
export function fastest(options: FastestOptions = {}): LearningRouter {
  const { halfLifeMs = 300_000, clock = systemClock(globalThis) } = options;
  if (!(halfLifeMs > 0)) throw invalidOptions('fastest', `halfLifeMs must be above 0, got ${halfLifeMs}`);
  const latencies = new FadingMeans(halfLifeMs, () => clock.now());

  return routerOf(options, {
    kind: 'fastest',
    choose({ candidates }) {
      let providerId = '';
      let least = Infinity;
      for (const { id } of candidates) {
        const latencyMs = latencies.mean(id);
        if (latencyMs === undefined) return { providerId: id, reason: 'not measured of late', confidence: 0 };
        if (providerId === '' || latencyMs < least) [providerId, least] = [id, latencyMs];
      }
      return { providerId, reason: `the fastest of ${candidates.length}, about ${Math.round(least)} ms` };
    },
    learn({ providerId, latencyMs, error }) {
      if (error === undefined && latencyMs !== undefined && latencyMs >= 0) latencies.add(providerId, latencyMs);
    },
    state: () => ({ latencies: latencies.state() }),
    restore: (state) => {
      latencies.restore(state['latencies']);
    },
  });
}
