import { TreeSearch, type TreeSearchOptions } from '@tako/orchestrators/ab-mcts';

import { Problem, type Landscape, type Place } from './landscapes.ts';

/** A search to be compared, by its options. */
export type PlayedSearch = Omit<TreeSearchOptions, 'generators' | 'seed'>;

/**
 * Lets a search make so many answers on a problem, each told before the next is asked for.
 *
 * @returns the best score after each of them
 */
export function playSearch(search: PlayedSearch, landscape: Landscape, seed: number, calls: number): Float64Array {
  const generators = Array.from({ length: landscape.actions }, (_, action) => String(action));
  const searching = new TreeSearch({ ...search, generators, seed: seed + 1 });
  const problem = new Problem(landscape, seed);
  const places: Place[] = [];
  const best = new Float64Array(calls);
  let highest = 0;
  for (let call = 0; call < calls; call++) {
    const [trial] = searching.ask();
    if (trial === undefined) throw new Error('a search that never fails ran out of generators');
    const place = problem.expand(places[trial.parent], Number(trial.generator));
    searching.tell(trial.id, { score: place.score });
    places.push(place);
    highest = Math.max(highest, place.score);
    best[call] = highest;
  }
  return best;
}
