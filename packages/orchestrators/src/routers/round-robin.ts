import { invalidOptions } from '@tako/core';

import { routerOf, type LearningRouter, type RouterOptions } from './filtered.js';
import { SeededRandom } from './seeded-random.js';

/** What `roundRobin` takes. */
export interface RoundRobinOptions extends RouterOptions {
  /** How many calls each gets out of the sum of all, by provider id; 0 for none while others are there. @defaultValue 1 each */
  readonly weights?: { readonly [providerId: string]: number } | undefined;
  /** Where to begin: replicas with seeds of their own do not all begin with the first. @defaultValue begins with the first */
  readonly seed?: number | undefined;
}

/**
 * Takes candidates in turn, evenly mixed by their weights: with 2 and 1 the order is a, b, a.
 *
 * @throws `invalid` for weights below 0; see `filtered`.
 */
export function roundRobin(options: RoundRobinOptions = {}): LearningRouter {
  const { weights = {}, seed } = options;
  for (const [id, weight] of Object.entries(weights)) {
    if (!(weight >= 0 && weight < Infinity)) throw invalidOptions('roundRobin', `the weight of ${id} is ${weight}`);
  }
  let random = seed === undefined ? undefined : new SeededRandom(seed);
  /** How far each is behind what it should have had. */
  const credit = new Map<string, number>();

  return routerOf(options, {
    kind: 'round_robin',
    choose({ candidates }) {
      const ids = [...new Set(candidates.map(({ id }) => id))];
      const weightOf = (id: string): number => weights[id] ?? 1;
      const willing = ids.some((id) => weightOf(id) > 0) ? ids.filter((id) => weightOf(id) > 0) : ids;
      let total = 0;
      let providerId = '';
      for (const id of willing) {
        const due = (credit.get(id) ?? (random?.next() ?? 0) * weightOf(id)) + weightOf(id);
        credit.set(id, due);
        total += weightOf(id);
        if (providerId === '' || due > (credit.get(providerId) ?? 0)) providerId = id;
      }
      credit.set(providerId, (credit.get(providerId) ?? 0) - total);
      return { providerId, reason: `its turn among ${willing.length}` };
    },
    state: () => ({ credit: Object.fromEntries(credit), random: random?.state }),
    restore({ credit: saved, random: drawn }) {
      if (typeof drawn === 'number') random = new SeededRandom(drawn);
      for (const [id, due] of Object.entries(Object(saved) as object)) {
        if (Number.isFinite(due)) credit.set(id, Number(due));
      }
    },
  });
}
