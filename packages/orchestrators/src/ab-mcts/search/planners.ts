import { highest } from './generator-choice.js';
import type { Planner } from './queue-policy.js';
import { root, type SearchTree } from './search-tree.js';

/**
 * Standard MCTS: down from the question by UCT, the exploration weighted by the softmax of the siblings' scores, to a leaf;
 * that gets `samples` answers of each generator.
 *
 * As in https://github.com/SakanaAI/treequest 0.2.0 (read 2026-11-23).
 */
export function mctsPlanner(options: { readonly samples?: number | undefined; readonly exploration?: number | undefined } = {}): Planner {
  const { samples = 2, exploration = Math.SQRT2 } = options;
  const visits = new Map<number, { count: number; sum: number }>();
  const visitsOf = (id: number): { count: number; sum: number } => visits.get(id) ?? { count: 0, sum: 0 };
  return {
    plan({ tree }, taken) {
      const open = leadingToOpenLeaves(tree, taken);
      if (tree.nodes.length > 0 ? open.size === 0 : taken.has(root)) return { parents: [], samples };
      let at = root;
      for (let below = tree.children(at); below.length > 0; below = tree.children(at)) {
        const all = below;
        const total = Math.max(1, visitsOf(at).count);
        const exponents = all.map((id) => Math.exp(tree.score(id)));
        const sum = exponents.reduce((left, right) => left + right, 0);
        const uct = (id: number): number => {
          const { count, sum: value } = visitsOf(id);
          const prior = all.length === 1 ? 1 : (exponents[all.indexOf(id)] ?? 0) / sum;
          return value / count + exploration * prior * Math.sqrt(Math.log(total) / count);
        };
        at = highest(
          all.filter((id) => open.has(id)),
          uct,
        );
      }
      return { parents: [at], samples };
    },
    added(tree, id) {
      const score = tree.score(id);
      for (const at of [...tree.lineage(id), root]) {
        const { count, sum } = visitsOf(at);
        visits.set(at, { count: count + 1, sum: sum + score });
      }
    },
  };
}

/** Best-first: the best answer that was not expanded yet gets `samples` answers of each generator. Ties: the shallower one. */
export function bestFirstPlanner(options: { readonly samples?: number | undefined } = {}): Planner {
  const { samples = 2 } = options;
  return {
    plan({ tree }, taken) {
      if (tree.nodes.length === 0) return { parents: taken.has(root) ? [] : [root], samples };
      const open = openLeaves(tree, taken);
      if (open.length === 0) return { parents: [], samples };
      const best = open.reduce((left, right) => {
        const difference = tree.score(right) - tree.score(left);
        return difference > 0 || (difference === 0 && tree.depth(right) < tree.depth(left)) ? right : left;
      });
      return { parents: [best], samples };
    },
  };
}

/**
 * Tree of thoughts, breadth first: the best `breadth` of the deepest answers get answers each, `size` of them over all
 * generators. It begins with one answer.
 *
 * Source: https://arxiv.org/abs/2305.10601, as in treequest 0.2.0 (read 2026-11-23).
 */
export function treeOfThoughtsPlanner(options: { readonly breadth?: number | undefined; readonly size?: number | undefined } = {}): Planner {
  const { breadth = 3, size = 5 } = options;
  return {
    startsWithOne: true,
    plan({ tree, generators }, taken) {
      if (tree.nodes.length === 0) return { parents: taken.has(root) ? [] : [root], samples: 1 };
      const open = openLeaves(tree, taken);
      const deepest = open.reduce((depth, id) => Math.max(depth, tree.depth(id)), 0);
      const parents = open
        .filter((id) => tree.depth(id) === deepest)
        .toSorted((left, right) => tree.score(right) - tree.score(left))
        .slice(0, breadth);
      return { parents, samples: Math.max(1, Math.floor(size / generators.length)) };
    },
  };
}

/** Every node that is, or has below it, a leaf that no answers are being made for. */
function leadingToOpenLeaves(tree: SearchTree, taken: ReadonlySet<number>): ReadonlySet<number> {
  const open = new Set(openLeaves(tree, taken));
  // Nodes are younger than their parents: each is seen after all below it.
  for (let id = tree.nodes.length - 1; id >= 0; id--) if (open.has(id)) open.add(tree.parent(id));
  return open;
}

/** Answers that nothing refines, and nothing is about to. */
function openLeaves(tree: SearchTree, taken: ReadonlySet<number>): number[] {
  return Array.from(tree.nodes.keys()).filter((id) => tree.children(id).length === 0 && !taken.has(id));
}
