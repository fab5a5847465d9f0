import type { ErrorCode, RunState } from '@tako/core';

import type { TrialRecord } from './make-answer.js';

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
  return done
    .flatMap(([key, value]): SearchTreeNode[] => {
      const id = /^trial:(\d+)$/.exec(key)?.[1];
      if (id === undefined) return [];
      const { parent, generator, score, feedback, error } = value as unknown as TrialRecord; // as `makeAnswer` wrote it
      const branch = Number(id);
      const costs = calls.filter((call) => call.branch === branch).map(({ costUsd }) => costUsd);
      return [
        {
          id: branch,
          parent: parent < 0 ? undefined : parent,
          generator,
          score,
          feedback,
          error,
          costUsd: costs.reduce((sum, cost) => (sum === undefined || cost === undefined ? undefined : sum + cost), 0),
          isChosen: chosen?.trial === branch,
        },
      ];
    })
    .toSorted((left, right) => left.id - right.id);
}
