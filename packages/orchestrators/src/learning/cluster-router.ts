import { invalidOptions, type JsonValue, type Route } from '@tako/core';

import { asObject, isShare, routerOf, type LearningRouter, type RouterOptions } from '../routers/filtered.js';
import { checksumOf } from './checksum.js';
import { clusterPriorWeight } from './cluster-prior.js';
import { hashedNgrams, versionOf, type Encoder } from './encoder.js';
import { kMeans, nearestOf } from './k-means.js';
import { LearnedPool } from './learned-pool.js';
import { OutcomeMeans } from './outcome-means.js';
import { checkCostWeight, featuresOfTasks, outcomeOf, type RoutingTask } from './routing-task.js';

/** What `clusterTable` takes. */
export interface ClusterTableOptions {
  readonly tasks: readonly RoutingTask[];
  /** Provider ids. */
  readonly pool: readonly string[];
  /** @defaultValue 64, or the square root of the number of tasks where that is less */
  readonly clusters?: number | undefined;
  /** @defaultValue `hashedNgrams()` */
  readonly encoder?: Encoder | undefined;
  /** @defaultValue 1 */
  readonly seed?: number | undefined;
}

/** Who is how good at what kind of task, as plain JSON. */
export interface ClusterTable {
  readonly kind: 'tako_clusters';
  readonly version: 1;
  readonly features: string;
  readonly pool: readonly string[];
  readonly centres: readonly (readonly number[])[];
  /** For each cluster and each of the pool: sum and number of scores, sum and number of costs. */
  readonly sums: readonly (readonly number[])[];
  /** Like how many outcomes in a cluster a provider's overall mean counts, by how much they differ from cluster to cluster. */
  readonly priorWeight: number;
  /** Of all of the above. Not a signature. */
  readonly checksum: string;
}

/** What `clusterRouter` takes. */
export interface ClusterRouterOptions extends RouterOptions {
  /** What `clusterTable` gave, or the JSON it was saved as. */
  readonly table: ClusterTable;
  /** Provider ids that the table has to be of, in their order. @defaultValue not checked until a route */
  readonly pool?: readonly string[] | undefined;
  /** The one that the table was made with. @defaultValue `hashedNgrams()` */
  readonly encoder?: Encoder | undefined;
  /** How many points of score a US dollar is worth. @defaultValue 0 */
  readonly costWeight?: number | undefined;
  /** A provider's overall mean counts like so many outcomes in each cluster: few outcomes say little. @defaultValue the table's */
  readonly priorWeight?: number | undefined;
}

/**
 * Sorts tasks into clusters by their texts, and notes how each provider did in each: all that the Avengers' router needs.
 *
 * @throws `invalid` for tasks or options that cannot be
 * @see https://arxiv.org/abs/2505.19797 (abstract read 2026-11-23)
 */
export function clusterTable(options: ClusterTableOptions): ClusterTable {
  const { tasks, encoder = hashedNgrams(), seed = 1 } = options;
  const { ids: pool } = new LearnedPool(options.pool, encoder, 'clusterTable');
  const points = featuresOfTasks(tasks, encoder, 'clusterTable');
  const { clusters = Math.min(64, Math.ceil(Math.sqrt(tasks.length))) } = options;
  if (!Number.isInteger(clusters) || clusters < 1) {
    throw invalidOptions('clusterTable', `clusters must be a whole number from 1, got ${clusters}`);
  }
  const centres = kMeans(points, clusters, seed).map((centre) =>
    [...centre].map((value) => Number(value.toPrecision(6))),
  );
  const means = centres.map(() => new OutcomeMeans(pool.length));
  const scores = centres.map(() => pool.map((): number[] => []));
  for (const [at, task] of tasks.entries()) {
    const cluster = nearestOf(centres, points[at] ?? []);
    for (const [member, id] of pool.entries()) {
      const outcome = outcomeOf(task, id);
      means[cluster]?.add(member, outcome?.score, outcome?.costUsd);
      if (outcome !== undefined) scores[cluster]?.[member]?.push(outcome.score);
    }
  }
  const sums = means.map((its) => its.state());
  const parts = { features: versionOf(encoder), pool, centres, sums, priorWeight: clusterPriorWeight(scores) };
  return { kind: 'tako_clusters', version: 1, ...parts, checksum: checksumOf(Object.values(parts)) };
}

/**
 * Chooses who was best at tasks like this one: the nearest cluster of a `clusterTable`. Outcomes it is told go on filling the
 * table.
 *
 * @throws `invalid` for a table that was changed, of another pool or another encoder; see `filtered`. `route` throws `invalid`
 *   for a candidate outside of the pool.
 */
export function clusterRouter(options: ClusterRouterOptions): LearningRouter {
  const { encoder = hashedNgrams(), costWeight = 0 } = options;
  const table = readTable(options.table);
  const { priorWeight = table.priorWeight } = options;
  if (options.pool !== undefined && JSON.stringify(options.pool) !== JSON.stringify(table.pool)) {
    throw invalidOptions(
      'clusterRouter',
      `the table is of ${table.pool.join(', ')}; given are ${options.pool.join(', ')}`,
    );
  }
  const version = versionOf(encoder);
  if (table.features !== version) {
    throw invalidOptions('clusterRouter', `the table is for features ${table.features}; given are ${version}`);
  }
  checkCostWeight(costWeight, 'clusterRouter');
  if (!(priorWeight >= 0)) throw invalidOptions('clusterRouter', `priorWeight must be 0 or more, got ${priorWeight}`);
  const pool = new LearnedPool(table.pool, encoder, 'clusterRouter');
  const { length: members } = pool.ids;
  let means = table.sums.map((sums) => new OutcomeMeans(members, sums));
  const width = table.centres[0]?.length ?? 0;

  const overall = (member: number): number => {
    const all = means.map((its) => its.score(member, 0, 0));
    const count = all.reduce((sum, its) => sum + its.count, 0);
    return count === 0 ? 0.5 : all.reduce((sum, its) => sum + its.mean * its.count, 0) / count;
  };
  const overallUsd = (member: number): number => {
    const costs = means.flatMap((its) => its.costUsd(member) ?? []);
    return costs.length === 0 ? 0 : costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  };

  return routerOf(options, {
    kind: 'cluster_router',
    choose({ request, candidates }): Route {
      pool.check(candidates);
      const features = pool.featuresOf({ request });
      if (features.length !== width) {
        throw invalidOptions('clusterRouter', `the table takes ${width} features, the encoder gave ${features.length}`);
      }
      const cluster = nearestOf(table.centres, features);
      const its = means[cluster];
      let best = { providerId: '', worth: -Infinity, mean: 0, count: 0 };
      for (const { id } of candidates) {
        const member = pool.ids.indexOf(id);
        const { mean, count } = its?.score(member, overall(member), priorWeight) ?? { mean: 0, count: 0 };
        const worth = mean - (costWeight === 0 ? 0 : costWeight * (its?.costUsd(member) ?? overallUsd(member)));
        if (best.providerId === '' || worth > best.worth) best = { providerId: id, worth, mean, count };
      }
      const { providerId, mean, count } = best;
      const reason = `best of cluster ${cluster}: ${mean.toFixed(2)}, from ${count} outcomes`;
      return { providerId, reason, confidence: mean, features: [...features] };
    },
    learn(outcome) {
      const member = pool.ids.indexOf(outcome.providerId);
      const features = member < 0 ? undefined : pool.featuresIn(outcome);
      if (features?.length !== width) return;
      const score = isShare(outcome.score) ? outcome.score : undefined;
      means[nearestOf(table.centres, features)]?.add(member, score, outcome.costUsd);
    },
    state: () => ({ ...pool.state(), table: table.checksum, means: means.map((its) => its.state()) }),
    restore(state) {
      pool.checkState(state);
      if (state['table'] !== table.checksum) throw invalidOptions('clusterRouter', 'initialState is of another table');
      const saved = state['means'];
      const read = Array.isArray(saved) ? saved.map((its: JsonValue) => OutcomeMeans.from(members, its)) : [];
      if (read.length === means.length) means = read.map((its, at) => its ?? new OutcomeMeans(members, table.sums[at]));
    },
  });
}

/** @throws `invalid` for what is no table, or was changed */
function readTable(value: unknown): ClusterTable {
  const table = asObject(value);
  const { kind, version, features, pool, centres, sums, priorWeight, checksum } = table;
  if (kind !== 'tako_clusters' || version !== 1) {
    throw invalidOptions(
      'clusterRouter',
      `the table is not version 1 of a table, but ${JSON.stringify({ kind, version })}`,
    );
  }
  if (checksumOf([features, pool, centres, sums, priorWeight]) !== checksum) {
    throw invalidOptions('clusterRouter', 'the table is not as it was written: the checksum does not fit');
  }
  return table as unknown as ClusterTable; // it is what `clusterTable` wrote: the checksum fits
}
