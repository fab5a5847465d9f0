import { expectedUsage, expectedUsd, inUsd } from './expected-usd.js';
import { routerOf, type LearningRouter, type RouterOptions } from './filtered.js';

/** What `cheapest` takes. */
export type CheapestOptions = RouterOptions;

/**
 * Chooses who costs least for this prompt and the longest answer that was asked for (else the expected one), at list price.
 * A provider whose price is not known comes after all others; of equals the first one wins.
 *
 * @throws see `filtered`.
 */
export function cheapest(options: CheapestOptions = {}): LearningRouter {
  const { expectedOutputTokens = 512 } = options;
  return routerOf(options, {
    kind: 'cheapest',
    choose({ request, candidates }) {
      const usage = expectedUsage(request, expectedOutputTokens);
      let providerId = '';
      let least: number | undefined;
      for (const candidate of candidates) {
        const usd = expectedUsd(candidate, usage);
        if (providerId !== '' && !((usd ?? Infinity) < (least ?? Infinity))) continue;
        [providerId, least] = [candidate.id, usd];
      }
      if (least === undefined) return { providerId, reason: 'no price is known', confidence: 0 };
      return { providerId, reason: `the cheapest of ${candidates.length}, about ${inUsd(least)}` };
    },
  });
}
