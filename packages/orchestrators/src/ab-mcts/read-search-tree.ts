import type { ErrorCode, RunState } from '@tako/core';

import type { TrialRecord } from './make-answer.js';
import { root, SearchTree } from './search/search-tree.js';
import { expectedWorths } from './search/worth-model.js';

/** An answer of a search. */
export interface SearchTreeNode {
  /** Its number: the `branch` of its events. */
  readonly id: number;
  /** The answer that it refines; absent for a fresh one. */
  readonly parent?: number | undefined;
  /** Who made it, by name. */
  readonly generator: string;
  /** 0 to 1; absent where it could not be made or judged. */
  readonly score?: number | undefined;
  /**
   * What the whole tree says that it is worth, 0 to 1: the score, less what looks like luck. Absent where there is no score.
   */
  readonly belief?: number | undefined;
  readonly feedback?: string | undefined;
  /** Why there is no score. */
  readonly error?: ErrorCode | undefined;
  /** Of all its calls, those of the verifier included, in US dollars; absent where a price is not known. */
  readonly costUsd?: number | undefined;
  /** Whether it is the answer that was given. */
  readonly isChosen: boolean;
}

/**
 * The tree of a search, finished or not, in the order in which answers were asked for.
 *
 * @param run a result of `AbMcts`, or anything else with its state
 * @returns `undefined` for the state of something else
 */
export function readSearchTree(run: { readonly state: RunState }): readonly SearchTreeNode[] | undefined {
  const { kind, progress, calls } = run.state;
  if (kind !== 'ab_mcts') return undefined;
  const done = Object.entries(progress?.['done'] ?? {});
  const chosen = done.find(([key]) => key === 'choice:final')?.[1] as { readonly trial: number } | undefined; // as the search wrote it
  const costs = new Map<number, number | undefined>();
  for (const { branch, costUsd } of calls) {
    const sum = costs.has(branch) ? costs.get(branch) : 0;
    costs.set(branch, sum === undefined || costUsd === undefined ? undefined : sum + costUsd);
  }
  const found = done
    .flatMap(([key, value]): SearchTreeNode[] => {
      const id = /^trial:(\d+)$/.exec(key)?.[1];
      if (id === undefined || typeof value !== 'object' || value === null) return [];
      const { parent, generator, score, feedback, error } = value as unknown as TrialRecord; // as `makeAnswer` wrote it
      const branch = Number(id);
      return [
        {
          id: branch,
          parent: parent < 0 ? undefined : parent,
          generator,
          score,
          feedback,
          error,
          costUsd: costs.has(branch) ? costs.get(branch) : 0,
          isChosen: chosen?.trial === branch,
        },
      ];
    })
    .toSorted((left, right) => left.id - right.id);
  return withBeliefs(found);
}

function withBeliefs(found: readonly SearchTreeNode[]): SearchTreeNode[] {
  const tree = new SearchTree();
  const nodes = new Map<number, number>();
  for (const { id, parent, generator, score } of found) {
    if (score === undefined) continue;
    const above = parent === undefined ? root : nodes.get(parent);
    if (above !== undefined) nodes.set(id, tree.add({ parent: above, generator, score, trial: id }));
  }
  const worths = expectedWorths(tree);
  return found.map((node) => {
    const worth = worths[nodes.get(node.id) ?? -1];
    return { ...node, belief: worth === undefined ? undefined : Math.min(1, Math.max(0, worth)) };
  });
}
