import type { Clock } from '@tako/core';

/** Hashes of tokens that nobody knows, remembered for a while. */
export interface UnknownTokens {
  has(hash: string): boolean;
  add(hash: string): void;
}

/** Remembers `maxEntries` of them, each for `ttlMs`; the oldest goes first. */
export function unknownTokens(ttlMs: number, maxEntries: number, clock: Clock): UnknownTokens {
  const addedAtMs = new Map<string, number>();
  return {
    has(hash) {
      const ageMs = clock.now() - (addedAtMs.get(hash) ?? -Infinity);
      if (ageMs >= 0 && ageMs < ttlMs) return true; // a clock that was set back makes all of them old
      addedAtMs.delete(hash);
      return false;
    },
    add(hash) {
      addedAtMs.delete(hash);
      addedAtMs.set(hash, clock.now());
      for (const oldest of addedAtMs.keys()) {
        if (addedAtMs.size <= maxEntries) break;
        addedAtMs.delete(oldest);
      }
    },
  };
}
