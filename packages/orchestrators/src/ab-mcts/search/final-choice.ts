import { root, type SearchTree } from './search-tree.js';
import { expectedWorths } from './worth-model.js';

/**
 * Which answer of a tree is given.
 *
 * - `posterior_mean`: the one that is best by what the whole tree says of it: scores are noisy, and the highest of many is
 *   often just lucky
 * - `max_score`: the one with the highest score, the first of several
 * - `latest_max`: the last of several
 */
export type FinalChoice = 'posterior_mean' | 'max_score' | 'latest_max';

/** @returns the number of the answer; -1 for an empty tree */
export function finalChoice(tree: SearchTree, choice: FinalChoice): number {
  if (choice === 'max_score') return tree.best;
  const values = choice === 'latest_max' ? tree.nodes.map(({ score }) => score) : expectedWorths(tree);
  let best = root;
  for (const [id, value] of values.entries()) {
    const rival = values[best] ?? -Infinity;
    // Equal values differ by rounding only.
    if (value > rival + (choice === 'latest_max' ? 0 : 1e-9) || (choice === 'latest_max' && value === rival)) best = id;
  }
  return best;
}
