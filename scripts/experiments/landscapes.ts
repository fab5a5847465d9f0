import { clamp, landscapes, tri, unit, type Landscape } from '../../packages/orchestrators/test/ab-mcts/landscapes.ts';

export { Problem, type Landscape, type Place } from '../../packages/orchestrators/test/ab-mcts/landscapes.ts';

/** The landscapes of the reference data: the defaults of the search were chosen on them. */
export const firstLandscapes: { readonly [name: string]: Landscape } = landscapes;

/** Landscapes of another make, written down before any search was run on them, and not changed since. */
export const furtherLandscapes: { readonly [name: string]: Landscape } = {
  /** Scores are steps of a tenth, as of a suite of ten tests; refining mostly breaks as much as it mends. */
  steps: {
    actions: 1,
    child(parent, _, key) {
      if (parent === undefined) return { cap: 1, score: Math.floor(6 * unit(key, 1) ** 2) / 10 };
      const luck = unit(key, 1);
      const change = luck < 0.12 ? 0.1 : luck < 0.5 ? 0 : luck < 0.85 ? -0.1 : -0.3;
      return { cap: 1, score: clamp(parent.score + change) };
    },
  },
  /** Most lines of work get stuck, some early, some late; one in four does not. No score tells before. */
  'dead ends': {
    actions: 1,
    child(parent, _, key) {
      if (parent === undefined) {
        const cap = unit(key, 2) < 0.25 ? 1 : 0.3 + 0.3 * unit(key, 3);
        return { cap, score: 0.1 + 0.15 * unit(key, 1) };
      }
      const { cap, score } = parent;
      return { cap, score: clamp(score + (score >= cap ? 0.02 * tri(key, 1) : 0.09 * unit(key, 1))) };
    },
  },
  /** One answer in sixty is right; all others score alike, and refining is no better than a new try. */
  needle: {
    actions: 1,
    child: (_, __, key) => ({
      cap: 1,
      score: unit(key, 1) < 1 / 60 ? 0.9 + 0.1 * unit(key, 2) : 0.25 + 0.1 * unit(key, 2),
    }),
  },
  /** Two generators: a steady one with a low cap, and one that is mostly useless and at times very good. */
  gambler: {
    actions: 2,
    child(parent, action, key) {
      const isLucky = unit(key, 1) < 0.12;
      if (parent === undefined) {
        if (action === 0) return { cap: 0.7, score: clamp(0.4 + 0.1 * tri(key, 2)) };
        return isLucky ? { cap: 1, score: clamp(0.6 + 0.1 * tri(key, 2)) } : { cap: 0.2, score: 0.05 * unit(key, 2) };
      }
      const step = action === 0 ? 0.2 : isLucky ? 0.5 : -0.3;
      return { cap: parent.cap, score: clamp(parent.score + step * (parent.cap - parent.score) + 0.03 * tri(key, 2)) };
    },
  },
};
