import { invalidOptions, type Call, type Route, type RouteRequest } from '@tako/core';

import { isShare, routerOf, type LearningRouter, type RouterOptions } from '../routers/filtered.js';
import { untilAborted } from '../turn/until-aborted.js';
import { hashedNgrams, versionOf, type Encoder } from './encoder.js';
import { checkFeatures, checkWidth } from './head-router.js';
import { logitsOf, readWeights, type HeadWeights } from './head-weights.js';
import { LearnedPool } from './learned-pool.js';

/** How much a request needs the strong model: any finite number, the higher the more. */
export type NeedScore = (request: RouteRequest, call: Call) => number | Promise<number>;

interface ThresholdRouterBase extends RouterOptions {
  /** Provider id of the strong, dear one. */
  readonly strong: string;
  /** Provider id of the weak, cheap one. */
  readonly weak: string;
  /** For example `headNeed`. */
  readonly score: NeedScore;
}

/** What `thresholdRouter` takes: a threshold, or the share of calls that the strong one is to get. */
export type ThresholdRouterOptions =
  | (ThresholdRouterBase & {
      /** Scores of this and more go to the strong one; `Infinity`, which `calibrate` may find best, for none. */
      readonly threshold: number;
      readonly share?: undefined;
    })
  | (ThresholdRouterBase & {
      /** Share of calls for the strong one, 0 to 1: the threshold follows the scores of the last `window` requests. */
      readonly share: number;
      /** Scores of usual requests, to begin with. @defaultValue none: the first requests are its sample */
      readonly sample?: readonly number[] | undefined;
      /** @defaultValue 1000 */
      readonly window?: number | undefined;
      readonly threshold?: undefined;
    });

/**
 * Chooses between a strong and a weak model: RouteLLM's router. The strong one is asked where the request needs it, by a
 * score and a threshold; the threshold is given (see `calibrate`), or kept where it gives the strong one its share of calls.
 *
 * Where only one of the two can take the request, it gets it. The `features` of a route are the score.
 *
 * @throws `invalid` for a share that is none, the same id twice, or the state of another pair; see `filtered`. `route` throws
 *   `invalid` for candidates that hold neither, and for a score that is no number.
 * @see https://arxiv.org/abs/2406.18665 (read 2026-11-23)
 */
export function thresholdRouter(options: ThresholdRouterOptions): LearningRouter {
  const { strong, weak, score } = options;
  if (strong === weak) throw invalidOptions('thresholdRouter', 'strong and weak are the same');
  // `Infinity` is one that none reaches; `calibrate` gives it where the weak one is best.
  if (options.share === undefined ? !(options.threshold >= -Infinity) : !isShare(options.share)) {
    throw invalidOptions('thresholdRouter', 'it needs a threshold, or a share from 0 to 1');
  }
  const window = options.share === undefined ? 1 : (options.window ?? 1_000);
  if (!(window >= 1)) throw invalidOptions('thresholdRouter', `window must be 1 or more, got ${window}`);
  let seen =
    options.share === undefined ? [] : (options.sample ?? []).filter((value) => Number.isFinite(value)).slice(-window);

  return routerOf(options, {
    kind: 'threshold_router',
    async choose(request, call): Promise<Route> {
      const has = (id: string): boolean => request.candidates.some((candidate) => candidate.id === id);
      if (!has(strong) && !has(weak)) {
        throw invalidOptions('thresholdRouter', `it knows ${strong} and ${weak}; neither is offered`);
      }
      const need = await untilAborted(call.signal, () => score(request, call));
      if (!Number.isFinite(need)) throw invalidOptions('thresholdRouter', `the score must be a number, got ${need}`);
      if (options.share !== undefined) {
        seen.push(need);
        if (seen.length > window) seen.shift();
      }
      const threshold = options.share === undefined ? options.threshold : thresholdOf(seen, options.share);
      const wanted = need >= threshold ? strong : weak;
      const reason = `its need of ${strong} is ${need.toFixed(3)}, the threshold ${threshold.toFixed(3)}`;
      if (has(wanted)) return { providerId: wanted, reason, features: [need] };
      const other = wanted === strong ? weak : strong;
      return { providerId: other, reason: `${reason}; ${wanted} cannot take it`, features: [need] };
    },
    state: () => ({ strong, weak, seen: [...seen] }),
    restore(state) {
      if (state['strong'] !== strong || state['weak'] !== weak) {
        throw invalidOptions('thresholdRouter', 'initialState is of another pair of models');
      }
      const saved = state['seen'];
      if (options.share === undefined || !Array.isArray(saved)) return;
      seen = saved
        .filter((value): value is number => typeof value === 'number' && Number.isFinite(value))
        .slice(-window);
    },
  });
}

/**
 * The threshold that so large a share of scores reaches; of scores that are alike, all do or none. A share of 0 gives one that
 * none reaches.
 */
function thresholdOf(scores: readonly number[], share: number): number {
  const falling = scores.toSorted((one, other) => other - one);
  const wanted = Math.round(share * falling.length);
  return wanted === 0 ? Infinity : (falling[wanted - 1] ?? Infinity);
}

/** What `headNeed` takes. */
export interface HeadNeedOptions {
  readonly weights: HeadWeights;
  readonly strong: string;
  readonly weak: string;
  /** The one that the head was trained with. @defaultValue `hashedNgrams()` */
  readonly encoder?: Encoder | undefined;
}

/**
 * The score of a trained head for `thresholdRouter`: by how much it holds the strong one to be better, 0 to 1.
 *
 * @throws `invalid` for weights that were changed or do not know both
 */
export function headNeed({ weights: given, strong, weak, encoder = hashedNgrams() }: HeadNeedOptions): NeedScore {
  const weights = readWeights(given, 'headNeed');
  checkFeatures(weights, versionOf(encoder), 'headNeed');
  const pool = new LearnedPool(weights.pool, encoder, 'headNeed');
  const [upper, lower] = [pool.ids.indexOf(strong), pool.ids.indexOf(weak)];
  if (upper < 0 || lower < 0) throw invalidOptions('headNeed', `the weights know ${pool.ids.join(', ')}`);
  return ({ request }) => {
    const features = pool.featuresOf({ request });
    checkWidth(weights, features, 'headNeed');
    const logits = logitsOf(weights, features);
    return 1 / (1 + Math.exp((logits[lower] ?? 0) - (logits[upper] ?? 0)));
  };
}
