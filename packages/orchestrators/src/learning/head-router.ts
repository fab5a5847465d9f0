import { invalidOptions, type Route } from '@tako/core';

import { routerOf, type LearningRouter, type RouterOptions } from '../routers/filtered.js';
import { hashedNgrams, versionOf, type Encoder } from './encoder.js';
import { checkSamePool, logitsOf, readWeights, softmax, type HeadWeights } from './head-weights.js';
import { LearnedPool } from './learned-pool.js';

/** What `headRouter` takes. */
export interface HeadRouterOptions extends RouterOptions {
  /** What `trainHead` gave, or the JSON it was saved as. */
  readonly weights: HeadWeights;
  /** Provider ids that the head has to have been trained for, in their order. @defaultValue not checked until a route */
  readonly pool?: readonly string[] | undefined;
  /** The one that it was trained with. @defaultValue `hashedNgrams()` */
  readonly encoder?: Encoder | undefined;
}

/**
 * Chooses by a trained head: the candidate with the highest logit; its share of the softmax is the confidence. The head
 * itself does not learn from outcomes: keep them in an `outcomeLog`, and train anew.
 *
 * @throws `invalid` for weights that were changed, of another pool or another encoder; see `filtered`. `route` throws
 *   `invalid` for a candidate outside of the pool.
 */
export function headRouter(options: HeadRouterOptions): LearningRouter {
  const { encoder = hashedNgrams() } = options;
  const weights = readWeights(options.weights, 'headRouter');
  if (options.pool !== undefined) checkSamePool(weights.pool, options.pool, 'headRouter');
  if (weights.roles.length > 0) throw invalidOptions('headRouter', 'the weights choose roles too: use headRoleRouter');
  checkFeatures(weights, versionOf(encoder), 'headRouter');
  const pool = new LearnedPool(weights.pool, encoder, 'headRouter');

  return routerOf(options, {
    kind: 'head_router',
    choose({ request, candidates }): Route {
      pool.check(candidates);
      const features = pool.featuresOf({ request });
      checkWidth(weights, features, 'headRouter');
      const logits = logitsOf(weights, features);
      const offered = candidates.map(({ id }) => ({
        providerId: id,
        logit: logits[pool.ids.indexOf(id)] ?? -Infinity,
      }));
      const best = offered.reduce((left, right) => (right.logit > left.logit ? right : left));
      const confidence = softmax(offered.map(({ logit }) => logit))[offered.indexOf(best)] ?? 0;
      const reason = `the head gives it ${(confidence * 100).toFixed(0)} % among ${offered.length}`;
      return { providerId: best.providerId, reason, confidence, features: [...features] };
    },
    state: () => ({ checksum: weights.checksum }),
    restore({ checksum }) {
      if (checksum === weights.checksum) return;
      throw invalidOptions('headRouter', 'initialState is of other weights: its checksum does not fit');
    },
  });
}

/** @throws `invalid` where weights and numbers do not belong together */
export function checkFeatures({ features }: HeadWeights, version: string, where: string): void {
  if (features !== version)
    throw invalidOptions(where, `the weights are for features ${features}; given are ${version}`);
}

/** @throws `invalid` for another number of features than the weights take */
export function checkWidth({ width }: HeadWeights, features: ArrayLike<number>, where: string): void {
  if (features.length !== width)
    throw invalidOptions(where, `the weights take ${width} features, the encoder gave ${features.length}`);
}
