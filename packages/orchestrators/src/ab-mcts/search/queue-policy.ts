import type { JsonValue } from '@tako/core';

import type { Expansion, PolicyView, SearchPolicy } from './search-policy.js';
import type { SearchTree } from './search-tree.js';

/** What a policy decides that plans several answers at a time. */
export interface Planner {
  /**
   * The nodes to expand next, each with how many answers each generator makes there. `taken` are the nodes that were
   * expanded before. Nothing: there is no place to go on, until answers are told that are still being made.
   */
  plan(view: PolicyView, taken: ReadonlySet<number>): { readonly parents: readonly number[]; readonly samples: number };
  /** There is a new node. `taken` has those that were expanded before: of a restored search, also younger ones. */
  added?: ((tree: SearchTree, id: number, taken: ReadonlySet<number>) => void) | undefined;
  /** A node is going to be expanded. */
  expanded?: ((tree: SearchTree, id: number) => void) | undefined;
  /** Whether only the first generator makes the first answer. */
  readonly startsWithOne?: boolean | undefined;
}

/**
 * A policy that plans several answers at a time, and hands them out one by one: all of one generator before the next one's.
 *
 * @param saved what `state` gave
 */
export function queuePolicy(planner: Planner, saved?: JsonValue): SearchPolicy {
  const { queue: waiting = [], taken: expanded = [] } = (saved ?? {}) as SavedQueue; // `state` below wrote it
  const queue: Expansion[] = [...waiting];
  const taken = new Set<number>(expanded);
  let last: Expansion | undefined = queue.at(-1);

  function refill(view: PolicyView): void {
    const { parents, samples } = planner.plan(view, taken);
    const isStart = planner.startsWithOne === true && view.tree.nodes.length === 0;
    for (const generator of isStart ? view.generators.slice(0, 1) : view.generators) {
      for (const parent of parents) {
        for (let sample = 0; sample < samples; sample++) queue.push({ parent, generator });
      }
    }
    for (const parent of parents) {
      taken.add(parent);
      planner.expanded?.(view.tree, parent);
    }
  }

  return {
    choose(view) {
      if (queue.length === 0) refill(view);
      const next = queue.shift() ?? last ?? { parent: view.tree.best, generator: view.generators[0] ?? '' };
      last = next;
      // A generator that cannot be asked any more is stood in for.
      const isThere = view.generators.includes(next.generator);
      return isThere ? next : { ...next, generator: view.generators[0] ?? next.generator };
    },
    added(tree, id) {
      planner.added?.(tree, id, taken);
    },
    state: () => ({ queue: queue.map((each) => ({ ...each })), taken: [...taken] }),
  };
}

interface SavedQueue {
  readonly queue?: readonly Expansion[];
  readonly taken?: readonly number[];
}
