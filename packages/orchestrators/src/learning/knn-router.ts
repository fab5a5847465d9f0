import { invalidOptions, type JsonObject, type JsonValue, type Route } from '@tako/core';

import { asObject, isShare, routerOf, type LearningRouter, type RouterOptions } from '../routers/filtered.js';
import { hashedNgrams, type Encoder } from './encoder.js';
import { LearnedPool } from './learned-pool.js';
import { OutcomeMeans } from './outcome-means.js';
import { checkCostWeight, featuresOfTasks, outcomeOf, type RoutingTask } from './routing-task.js';

/** What `knnRouter` takes. */
export interface KnnRouterOptions extends RouterOptions {
  /** Provider ids. */
  readonly pool: readonly string[];
  /** Tasks whose outcomes are known; it may begin with none, and learn. @defaultValue none */
  readonly tasks?: readonly RoutingTask[] | undefined;
  /** How many of the tasks that are most alike are asked about each provider. @defaultValue 40 */
  readonly k?: number | undefined;
  /** @defaultValue `hashedNgrams()` */
  readonly encoder?: Encoder | undefined;
  /** How many points of score a US dollar is worth. @defaultValue 0 */
  readonly costWeight?: number | undefined;
  /** A provider's overall mean counts like so many neighbours. @defaultValue 10 */
  readonly priorWeight?: number | undefined;
  /** The oldest are forgotten beyond. @defaultValue 5000 */
  readonly maxExamples?: number | undefined;
}

interface Example {
  readonly features: Float32Array;
  /** By number in the pool. */
  readonly scores: readonly (number | undefined)[];
  readonly costs: readonly (number | undefined)[];
}

/**
 * Chooses who was best at the tasks most like this one, by the angle between their numbers; neighbours count by how alike they
 * are. Outcomes it is told become examples.
 *
 * @throws `invalid` for options that cannot work, and the state of another pool or encoder; see `filtered`. `route` throws
 *   `invalid` for a candidate outside of the pool.
 */
export function knnRouter(options: KnnRouterOptions): LearningRouter {
  const {
    tasks = [],
    k = 40,
    encoder = hashedNgrams(),
    costWeight = 0,
    priorWeight = 10,
    maxExamples = 5_000,
  } = options;
  checkCostWeight(costWeight, 'knnRouter');
  if (!(k >= 1) || !(maxExamples >= 1) || !(priorWeight >= 0)) {
    throw invalidOptions('knnRouter', 'k and maxExamples must be 1 or more, priorWeight 0 or more');
  }
  const pool = new LearnedPool(options.pool, encoder, 'knnRouter');
  const { length: members } = pool.ids;
  let examples: Example[] = [];
  let overall = new OutcomeMeans(members);

  const add = (example: Example): void => {
    // Vectors of another width cannot be compared.
    if (examples[0] !== undefined && examples[0].features.length !== example.features.length) return;
    examples.push(example);
    if (examples.length > maxExamples) examples.shift();
    for (let member = 0; member < members; member++) overall.add(member, example.scores[member], example.costs[member]);
  };
  if (tasks.length > 0) {
    for (const [at, features] of featuresOfTasks(tasks, encoder, 'knnRouter').entries()) {
      const outcomes = pool.ids.map((id) => (tasks[at] === undefined ? undefined : outcomeOf(tasks[at], id)));
      add({ features, scores: outcomes.map((its) => its?.score), costs: outcomes.map((its) => its?.costUsd) });
    }
  }

  return routerOf(options, {
    kind: 'knn_router',
    choose({ request, candidates }): Route {
      pool.check(candidates);
      const features = pool.featuresOf({ request });
      const near = examples
        .map((example) => ({ example, likeness: cosine(example.features, features) }))
        .filter(({ likeness }) => likeness > 0)
        .toSorted((one, other) => other.likeness - one.likeness);
      let best = { providerId: '', worth: -Infinity, mean: 0, count: 0 };
      for (const { id } of candidates) {
        const member = pool.ids.indexOf(id);
        const its = new OutcomeMeans(1);
        let count = 0;
        for (const { example, likeness } of near) {
          if (count >= k) break;
          const score = example.scores[member];
          if (score === undefined) continue;
          count++;
          its.add(0, score, example.costs[member], likeness);
        }
        const prior = overall.score(member, 0.5, 1).mean;
        // Likenesses add up to less than the number of neighbours; so does what they are worth against the prior.
        const { mean } = its.score(0, prior, priorWeight * (near[0]?.likeness ?? 1));
        const worth = mean - (costWeight === 0 ? 0 : costWeight * (its.costUsd(0) ?? overall.costUsd(member) ?? 0));
        if (best.providerId === '' || worth > best.worth) best = { providerId: id, worth, mean, count };
      }
      const { providerId, mean, count } = best;
      const reason = `best of those asked before: ${mean.toFixed(2)}, from ${count} tasks like this one`;
      return { providerId, reason, confidence: isShare(mean) ? mean : undefined, features: [...features] };
    },
    learn(outcome) {
      const member = pool.ids.indexOf(outcome.providerId);
      if (member < 0 || !isShare(outcome.score)) return;
      const features = pool.featuresIn(outcome);
      if (features === undefined) return;
      const only = <T>(value: T): (T | undefined)[] => pool.ids.map((_, at) => (at === member ? value : undefined));
      add({ features, scores: only(outcome.score), costs: only(outcome.costUsd) });
    },
    state: () => ({
      ...pool.state(),
      overall: overall.state(),
      examples: examples.map(({ features, scores, costs }) => ({
        features: [...features],
        scores: scores.map((score) => score ?? null),
        costs: costs.map((cost) => cost ?? null),
      })),
    }),
    restore(state: JsonObject) {
      pool.checkState(state);
      const saved = state['examples'];
      examples = [];
      const list: readonly JsonValue[] = Array.isArray(saved) ? saved : [];
      for (const one of list) {
        const example = readExample(one, members);
        if (example !== undefined) add(example);
      }
      overall = OutcomeMeans.from(members, state['overall']) ?? overall;
    },
  });
}

function readExample(saved: JsonValue, members: number): Example | undefined {
  const { features, scores, costs } = asObject(saved);
  if (!Array.isArray(features) || !Array.isArray(scores) || !Array.isArray(costs)) return undefined;
  if (scores.length !== members || costs.length !== members) return undefined;
  const read = Float32Array.from(features, Number);
  if (read.length === 0 || !read.every((feature) => Number.isFinite(feature))) return undefined;
  return {
    features: read,
    scores: scores.map((score) => (isShare(score) ? score : undefined)),
    costs: costs.map((cost) => (typeof cost === 'number' ? cost : undefined)),
  };
}

function cosine(one: Float32Array, other: Float32Array): number {
  let [product, squares, others] = [0, 0, 0];
  for (let at = 0; at < one.length; at++) {
    const [left, right] = [one[at] ?? 0, other[at] ?? 0];
    product += left * right;
    squares += left * left;
    others += right * right;
  }
  return product === 0 ? 0 : product / Math.sqrt(squares * others);
}
