import { invalidOptions, systemClock, type Provider } from '@tako/core';

import { keep, type Removal } from './eligible.js';
import { expectedUsage, expectedUsd, inUsd } from './expected-usd.js';
import { FadingMeans } from './fading-means.js';
import { isShare, routerOf, type LearningRouter, type RouterOptions } from './filtered.js';

/** A number for each of the four things that a provider is weighed by. */
export interface FactorWeights {
  /** Mean score of its answers, 0 to 1. @defaultValue 1 */
  readonly quality?: number | undefined;
  /** What this call would cost, against the dearest candidate. @defaultValue 1 */
  readonly cost?: number | undefined;
  /** How long it has taken of late, against the slowest candidate. @defaultValue 1 */
  readonly latency?: number | undefined;
  /** How busy it is, 0 to 1. @defaultValue 1 */
  readonly load?: number | undefined;
}

/** What a provider must keep to, or it is left out. What is not known yet keeps to everything, but for the price. */
export interface FactorLimits {
  /** Lowest mean score, 0 to 1. @defaultValue none */
  readonly minQuality?: number | undefined;
  /** Most that this call may cost, in US dollars. @defaultValue none */
  readonly maxUsd?: number | undefined;
  /** Longest mean latency of late, in milliseconds. @defaultValue none */
  readonly maxLatencyMs?: number | undefined;
  /** Highest load, 0 to 1. @defaultValue none */
  readonly maxLoad?: number | undefined;
}

/** What `multiFactor` takes. */
export interface MultiFactorOptions extends RouterOptions {
  readonly weights?: FactorWeights | undefined;
  readonly limits?: FactorLimits | undefined;
  /** How good each is, 0 to 1, by provider id, as far as you know: worth five outcomes. @defaultValue 0.5 each */
  readonly quality?: { readonly [providerId: string]: number } | undefined;
  /** How busy a provider is now, 0 to 1. @defaultValue 0 for all */
  readonly load?: ((providerId: string) => number) | undefined;
  /** After this time an outcome counts half as much, in milliseconds. @defaultValue 3600000 */
  readonly halfLifeMs?: number | undefined;
}

/** What an expectation that was passed in is worth, in outcomes. */
const priorWeight = 5;

interface Figures {
  readonly quality: number;
  readonly isQualityKnown: boolean;
  readonly usd: number | undefined;
  readonly latencyMs: number | undefined;
  readonly load: number;
}

/**
 * Weighs quality, cost, latency and load against each other, after hard limits that nothing can outweigh. Quality and
 * latency are learned from outcomes.
 *
 * @throws `invalid` for weights below 0 or shares that are none; see `filtered`. Where the limits leave nobody, `route`
 *   throws `policy_denied`, and `details.removed` says which limit removed whom.
 */
export function multiFactor(options: MultiFactorOptions = {}): LearningRouter {
  const { weights = {}, limits = {}, quality = {}, load = () => 0, halfLifeMs = 3_600_000 } = options;
  const { expectedOutputTokens = 512, clock = systemClock(globalThis) } = options;
  checkFigures(options);
  const scores = new FadingMeans(halfLifeMs, () => clock.now());
  const latencies = new FadingMeans(halfLifeMs, () => clock.now());

  const qualityOf = (id: string): number => {
    const weight = scores.weight(id);
    return ((quality[id] ?? 0.5) * priorWeight + (scores.mean(id) ?? 0) * weight) / (priorWeight + weight);
  };

  return routerOf(options, {
    kind: 'multi_factor',
    choose({ request, candidates }) {
      const usage = expectedUsage(request, expectedOutputTokens);
      const figures = new Map<Provider, Figures>(
        candidates.map((provider) => [
          provider,
          {
            quality: qualityOf(provider.id),
            isQualityKnown: quality[provider.id] !== undefined || scores.mean(provider.id) !== undefined,
            usd: expectedUsd(provider, usage),
            latencyMs: latencies.mean(provider.id),
            load: load(provider.id),
          },
        ]),
      );
      const left = keep(candidates, (provider) => breach(figures.get(provider), limits));
      const dearest = Math.max(0, ...[...figures.values()].map(({ usd }) => usd ?? 0));
      const slowest = Math.max(0, ...[...figures.values()].map(({ latencyMs }) => latencyMs ?? 0));

      let providerId = '';
      let best = -Infinity;
      let reason = '';
      for (const provider of left) {
        const its = figures.get(provider);
        if (its === undefined) continue;
        // A price that is not known is taken for the highest; one that was not measured is taken for fast, to be tried.
        const value =
          (weights.quality ?? 1) * its.quality -
          (weights.cost ?? 1) * (dearest === 0 ? 0 : (its.usd ?? dearest) / dearest) -
          (weights.latency ?? 1) * (slowest === 0 ? 0 : (its.latencyMs ?? 0) / slowest) -
          (weights.load ?? 1) * (isShare(its.load) ? its.load : 1);
        if (providerId !== '' && value <= best) continue;
        [providerId, best, reason] = [provider.id, value, inWords(its)];
      }
      return { providerId, reason };
    },
    learn({ providerId, score, latencyMs, error }) {
      if (isShare(score)) scores.add(providerId, score);
      if (error === undefined && latencyMs !== undefined && latencyMs >= 0) latencies.add(providerId, latencyMs);
    },
    state: () => ({ scores: scores.state(), latencies: latencies.state() }),
    restore: (state) => {
      scores.restore(state['scores']);
      latencies.restore(state['latencies']);
    },
  });
}

function breach(figures: Figures | undefined, limits: FactorLimits): Omit<Removal, 'providerId'> | undefined {
  if (figures === undefined) return undefined;
  const { quality, isQualityKnown, usd, latencyMs, load } = figures;
  const { minQuality = 0, maxUsd = Infinity, maxLatencyMs = Infinity, maxLoad = 1 } = limits;
  const breached = (why: string): Omit<Removal, 'providerId'> => ({ rule: 'limit', why });
  if (isQualityKnown && quality < minQuality) return breached(`quality ${quality.toFixed(2)} is below ${minQuality}`);
  if (maxUsd < Infinity && !((usd ?? Infinity) <= maxUsd)) {
    return breached(usd === undefined ? 'its price is not known' : `${inUsd(usd)} is above ${inUsd(maxUsd)}`);
  }
  if ((latencyMs ?? 0) > maxLatencyMs) return breached(`${Math.round(latencyMs ?? 0)} ms is above ${maxLatencyMs} ms`);
  // A load that is no share counts as full.
  return (isShare(load) ? load : 1) > maxLoad ? breached(`load ${load} is above ${maxLoad}`) : undefined;
}

function inWords({ quality, usd, latencyMs, load }: Figures): string {
  const cost = usd === undefined ? 'price not known' : `about ${inUsd(usd)}`;
  const latency = latencyMs === undefined ? 'latency not measured' : `about ${Math.round(latencyMs)} ms`;
  return `best on balance: quality ${quality.toFixed(2)}, ${cost}, ${latency}, load ${load}`;
}

function checkFigures({ weights = {}, quality = {}, limits = {}, halfLifeMs = 1 }: MultiFactorOptions): void {
  for (const [name, value] of Object.entries({ ...weights, ...limits, halfLifeMs })) {
    if (value !== undefined && !(value >= 0))
      throw invalidOptions('multiFactor', `${name} must be 0 or more, got ${value}`);
  }
  if (halfLifeMs === 0) throw invalidOptions('multiFactor', 'halfLifeMs must be above 0');
  for (const [id, share] of Object.entries(quality)) {
    if (!(share >= 0 && share <= 1))
      throw invalidOptions('multiFactor', `the quality of ${id} must be 0 to 1, got ${share}`);
  }
}
