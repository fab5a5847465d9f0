import type { Limits } from '../tree/limits.js';

/** What one provider is used for, at the most. `Infinity` stands for what is not known. */
interface Share {
  readonly calls: number;
  readonly usd: number;
}

/** What a piece of work uses, at the most. `Infinity` stands for what is not known. */
export interface Bound extends Share {
  /** What its dearest call costs. */
  readonly dearestUsd: number;
  /** Calls that one provider makes while it answers once: more than 1 for a cascade. */
  readonly perCall: number;
  /** Calls that may be under way together. */
  readonly atOnce: number;
  /** Tokens of what it answers. */
  readonly replyTokens: number;
  readonly byProvider: ReadonlyMap<string, Share>;
  /** What keeps a figure from being known: sentences for people. */
  readonly unknown: ReadonlySet<string>;
}

/** No work. */
export const nothing: Bound = {
  calls: 0,
  usd: 0,
  dearestUsd: 0,
  perCall: 1,
  atOnce: 0,
  replyTokens: 0,
  byProvider: new Map(),
  unknown: new Set(),
};

/** All of these, one after the other; the answer is the last one's. */
export function inTurn(...bounds: readonly Bound[]): Bound {
  return merged(bounds, (one, other) => one + other, bounds.at(-1)?.replyTokens ?? 0);
}

/** One of these, nobody knows which. */
export function oneOf(...bounds: readonly Bound[]): Bound {
  return merged(bounds, Math.max, Math.max(0, ...bounds.map(({ replyTokens }) => replyTokens)));
}

/** The same, so many times. */
export function times(bound: Bound, count: number): Bound {
  if (count === 0) return { ...nothing, unknown: bound.unknown };
  const grown = ({ calls, usd }: Share): Share => ({ calls: product(calls, count), usd: product(usd, count) });
  const byProvider = new Map(Array.from(bound.byProvider, ([id, share]) => [id, grown(share)] as const));
  return { ...bound, ...grown(bound), byProvider };
}

/** What is left of it under limits: they are looked at before each call, so that what is under way is added. */
export function within(bound: Bound, { maxCalls = Infinity, maxUsd = Infinity }: Limits): Bound {
  const { dearestUsd, perCall, atOnce } = bound;
  const mostCalls = maxCalls + product(perCall - 1, Math.max(1, atOnce));
  const mostUsd = maxUsd + product(dearestUsd, perCall * Math.max(1, atOnce));
  const capped = (share: Share): Share => ({
    calls: Math.min(share.calls, mostCalls),
    usd: Math.min(share.usd, product(dearestUsd, mostCalls), mostUsd),
  });
  const byProvider = new Map(Array.from(bound.byProvider, ([id, share]) => [id, capped(share)] as const));
  return { ...bound, ...capped(bound), byProvider };
}

/** Nothing is nothing, however often, and however little is known of it. */
export function product(one: number, other: number): number {
  return one === 0 || other === 0 ? 0 : one * other;
}

function merged(bounds: readonly Bound[], join: (one: number, other: number) => number, replyTokens: number): Bound {
  const byProvider = new Map<string, Share>();
  for (const bound of bounds) {
    for (const [id, share] of bound.byProvider) {
      const { calls, usd } = byProvider.get(id) ?? { calls: 0, usd: 0 };
      byProvider.set(id, { calls: join(calls, share.calls), usd: join(usd, share.usd) });
    }
  }
  return {
    calls: bounds.reduce((sum, { calls }) => join(sum, calls), 0),
    usd: bounds.reduce((sum, { usd }) => join(sum, usd), 0),
    dearestUsd: Math.max(0, ...bounds.map(({ dearestUsd }) => dearestUsd)),
    perCall: Math.max(1, ...bounds.map(({ perCall }) => perCall)),
    atOnce: Math.max(0, ...bounds.map(({ atOnce }) => atOnce)),
    replyTokens,
    byProvider,
    unknown: new Set(bounds.flatMap(({ unknown }) => [...unknown])),
  };
}
