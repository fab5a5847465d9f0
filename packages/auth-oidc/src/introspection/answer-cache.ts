import { createHash } from 'node:crypto';

import type { Clock } from '@tako/core';

/** How long answers are kept, and how many. */
export interface AnswerCacheOptions {
  readonly ttlMs: number;
  readonly refusedTtlMs: number;
  readonly maxEntries: number;
  readonly clock: Clock;
}

/** They serve whoever tries the same token again and again, and that for seconds. */
const maxRefused = 1_000;

interface Entry<Value> {
  readonly value: Value;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * What the identity provider said about tokens, by the SHA-256 of the whole token: tokens themselves are not kept.
 *
 * Good answers and refusals are apart: a storm of bad tokens pushes no good answer out.
 */
export class AnswerCache<Good> {
  readonly #options: AnswerCacheOptions;
  readonly #good = new Map<string, Entry<Good>>();
  /** Why: an error has a stack, which is long. */
  readonly #refused = new Map<string, Entry<string>>();

  constructor(options: AnswerCacheOptions) {
    this.#options = options;
  }

  find(hash: string): { readonly good: Good } | { readonly refused: string } | undefined {
    const good = this.#read(this.#good, hash);
    if (good !== undefined) return { good };
    const refused = this.#read(this.#refused, hash);
    return refused === undefined ? undefined : { refused };
  }

  /**
   * @param askedAtMs when the identity provider was asked: it may have thought for a while
   * @param goodUntilMs the token's own end, if it has one
   */
  keepGood(hash: string, value: Good, askedAtMs: number, goodUntilMs: number = Infinity): void {
    const { ttlMs, maxEntries } = this.#options;
    const untilMs = Math.min(askedAtMs + ttlMs, goodUntilMs);
    this.#keep(this.#good, maxEntries, hash, { value, sinceMs: askedAtMs, untilMs });
  }

  keepRefused(hash: string, why: string, askedAtMs: number): void {
    const { refusedTtlMs, maxEntries } = this.#options;
    const entry = { value: why, sinceMs: askedAtMs, untilMs: askedAtMs + refusedTtlMs };
    this.#keep(this.#refused, Math.min(maxEntries, maxRefused), hash, entry);
  }

  #read<Value>(entries: Map<string, Entry<Value>>, hash: string): Value | undefined {
    const entry = entries.get(hash);
    if (entry === undefined) return undefined;
    entries.delete(hash);
    const nowMs = this.#options.clock.now();
    // A clock that was set back makes an answer old: it could serve for ever.
    if (nowMs >= entry.untilMs || nowMs < entry.sinceMs) return undefined;
    entries.set(hash, entry); // used last: a Map keeps the order in which keys were set
    return entry.value;
  }

  #keep<Value>(entries: Map<string, Entry<Value>>, most: number, hash: string, entry: Entry<Value>): void {
    if (this.#options.clock.now() >= entry.untilMs) return;
    entries.delete(hash);
    entries.set(hash, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= most) break;
      entries.delete(oldest);
    }
  }
}

/** By what a token is known in a cache. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
