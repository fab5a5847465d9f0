/** What a node of a landscape holds. */
export interface Place {
  /** Names the path to it. */
  readonly key: number;
  /** What refining can reach; hidden from the search. */
  readonly cap: number;
  readonly score: number;
}

type Child = (
  parent: Place | undefined,
  action: number,
  key: number,
) => { readonly cap: number; readonly score: number };

/** One round of a 32-bit mixer: the finaliser of murmur3. */
function mix(hash: number, value: number): number {
  let mixed = (hash ^ Math.imul(value, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0;
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Uniform in [0, 1). */
export function unit(key: number, stream: number): number {
  return mix(key, (0xa5a5a5a5 ^ stream) >>> 0) / 2 ** 32;
}

/** The nearest number from 0 to 1. */
export function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Symmetric noise in (-1, 1): the difference of two uniforms. */
export function tri(key: number, stream: number): number {
  return unit(key, stream) - unit(key, stream + 1);
}

/** A search problem of known structure. */
export interface Landscape {
  /** How an answer comes out: of its parent, of who makes it, and of a key that stands for the chance in it. */
  readonly child: Child;
  /** How many generators there are. */
  readonly actions: number;
}

/** Search problems as `landscapes.py` of the reference data has them. */
export const landscapes: { readonly [name: string]: Landscape } = {
  /** Refining does not help: every answer is a fresh draw, mostly near 0. */
  wide: { actions: 1, child: (_, __, key) => ({ cap: 1, score: unit(key, 1) ** 6 }) },
  /** First drafts are all poor; each refinement adds a little. */
  deep: {
    actions: 1,
    child(parent, _, key) {
      if (parent === undefined) return { cap: 1, score: 0.2 * unit(key, 1) };
      return { cap: 1, score: clamp(parent.score + (0.14 * unit(key, 1) - 0.02) * (1 - parent.score)) };
    },
  },
  /** A draft picks a basin with a hidden cap, mostly low; refining climbs a third of what is left. */
  basins: {
    actions: 1,
    child(parent, _, key) {
      if (parent === undefined) {
        const cap = unit(key, 1) ** 2.5;
        return { cap, score: clamp(0.3 * cap + 0.05 * tri(key, 2)) };
      }
      const { cap, score } = parent;
      return { cap, score: clamp(score + 0.35 * (cap - score) + 0.06 * tri(key, 2)) };
    },
  },
  /** Four in five drafts look good and stop at 0.5; one in five looks poor and can reach 0.95. */
  deceptive: {
    actions: 1,
    child(parent, _, key) {
      if (parent === undefined) {
        const [cap, start] = unit(key, 1) < 0.2 ? [0.95, 0.15] : [0.5, 0.45];
        return { cap, score: clamp(start + 0.05 * tri(key, 2)) };
      }
      const { cap, score } = parent;
      return { cap, score: clamp(score + 0.4 * (cap - score) + 0.05 * tri(key, 2)) };
    },
  },
  /** Three providers: the first drafts well and refines badly, the second the other way round, the third is poor at both. */
  specialists: {
    actions: 3,
    child(parent, action, key) {
      if (parent === undefined) return { cap: 1, score: clamp(([0.55, 0.15, 0.1][action] ?? 0) + 0.2 * tri(key, 1)) };
      const step = [0.02, 0.3, 0][action] ?? 0;
      const loss = action === 1 ? 0 : 0.02;
      return { cap: 1, score: clamp(parent.score + step * (1 - parent.score) + 0.08 * tri(key, 1) - loss) };
    },
  },
  /** Nothing to learn. */
  noise: { actions: 1, child: (_, __, key) => ({ cap: 1, score: unit(key, 1) }) },
};

/** A landscape from a seed. The n-th child of a node by an action is the same answer, whatever the order of asking. */
export class Problem {
  readonly actions: number;
  readonly #child: Child;
  readonly #rootKey: number;
  readonly #ordinals = new Map<string, number>();

  /** @param given one of `landscapes`, by name, or another one */
  constructor(given: string | Landscape, seed: number) {
    const landscape = typeof given === 'string' ? landscapes[given] : given;
    if (landscape === undefined) throw new RangeError(`there is no landscape ${JSON.stringify(given)}`);
    this.#child = landscape.child;
    this.actions = landscape.actions;
    this.#rootKey = mix(mix(0x51ed270b, seed), 0);
  }

  expand(parent: Place | undefined, action: number): Place {
    const parentKey = parent?.key ?? this.#rootKey;
    const name = `${parentKey} ${action}`;
    const ordinal = this.#ordinals.get(name) ?? 0;
    this.#ordinals.set(name, ordinal + 1);
    const key = mix(mix(parentKey, action + 1), ordinal + 1);
    return { key, ...this.#child(parent, action, key) };
  }
}
