import { highest } from './generator-choice.js';
import { NodeHeap } from './node-heap.js';
import type { Planner } from './queue-policy.js';
import { root, type SearchTree } from './search-tree.js';

/**
 * Standard MCTS: down from the question by UCT, the exploration weighted by the softmax of the siblings' scores, to a leaf;
 * that gets `samples` answers of each generator.
 *
 * As in https://github.com/SakanaAI/treequest 0.2.0 (read 2026-11-23).
 */
export function mctsPlanner(
  options: { readonly samples?: number | undefined; readonly exploration?: number | undefined } = {},
): Planner {
  const { samples = 2, exploration = Math.SQRT2 } = options;
  const visits = new Map<number, { count: number; sum: number }>();
  const visitsOf = (id: number): { count: number; sum: number } => visits.get(id) ?? { count: 0, sum: 0 };
  /** How many leaves at and below a node no answers are being made for. */
  const open = new Map<number, number>();
  const openAt = (id: number): number => open.get(id) ?? 0;
  const changeOpen = (tree: SearchTree, id: number, change: number): void => {
    for (const at of tree.lineage(id)) open.set(at, openAt(at) + change);
    open.set(root, openAt(root) + change);
  };
  return {
    plan({ tree }, taken) {
      if (tree.nodes.length > 0 ? openAt(root) === 0 : taken.has(root)) return { parents: [], samples };
      let at = root;
      for (let below = tree.children(at); below.length > 0; below = tree.children(at)) {
        const all = below;
        const tries = Math.max(1, visitsOf(at).count);
        const sum = all.reduce((total, id) => total + Math.exp(tree.score(id)), 0);
        const uct = (id: number): number => {
          const { count, sum: value } = visitsOf(id);
          const prior = all.length === 1 ? 1 : Math.exp(tree.score(id)) / sum;
          return value / count + exploration * prior * Math.sqrt(Math.log(tries) / count);
        };
        at = highest(
          all.filter((id) => openAt(id) > 0),
          uct,
        );
      }
      return { parents: [at], samples };
    },
    expanded(tree, id) {
      if (id !== root && tree.children(id).length === 0) changeOpen(tree, id, -1);
    },
    added(tree, id, taken) {
      const parent = tree.parent(id);
      // With its first child a leaf is none any more.
      if (parent !== root && tree.children(parent).length === 1 && !taken.has(parent)) changeOpen(tree, parent, -1);
      if (!taken.has(id)) changeOpen(tree, id, 1);
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
  const leaves = new NodeHeap();
  return {
    plan({ tree }, taken) {
      if (tree.nodes.length === 0) return { parents: taken.has(root) ? [] : [root], samples };
      for (let best = leaves.pop(); best !== undefined; best = leaves.pop()) {
        if (!taken.has(best) && tree.children(best).length === 0) return { parents: [best], samples };
      }
      return { parents: [], samples };
    },
    added(tree, id, taken) {
      if (!taken.has(id)) leaves.push({ id, score: tree.score(id), depth: tree.depth(id) });
    },
  };
}

/**
 * Tree of thoughts, breadth first: the best `breadth` of the deepest answers get answers each, `size` of them over all
 * generators. It begins with one answer.
 *
 * Source: https://arxiv.org/abs/2305.10601, as in treequest 0.2.0 (read 2026-11-23).
 */
export function treeOfThoughtsPlanner(
  options: { readonly breadth?: number | undefined; readonly size?: number | undefined } = {},
): Planner {
  const { breadth = 3, size = 5 } = options;
  /** Nodes by their depth. */
  const levels: number[][] = [];
  return {
    startsWithOne: true,
    plan({ tree, generators }, taken) {
      if (tree.nodes.length === 0) return { parents: taken.has(root) ? [] : [root], samples: 1 };
      const isOpen = (id: number): boolean => tree.children(id).length === 0 && !taken.has(id);
      const deepest = levels.findLast((level) => level.some((id) => isOpen(id))) ?? [];
      const parents = deepest
        .filter((id) => isOpen(id))
        .toSorted((left, right) => tree.score(right) - tree.score(left))
        .slice(0, breadth);
      return { parents, samples: Math.max(1, Math.floor(size / generators.length)) };
    },
    added(tree, id) {
      const depth = tree.depth(id);
      const level = levels[depth] ?? [];
      levels[depth] = level;
      level.push(id);
    },
  };
}
