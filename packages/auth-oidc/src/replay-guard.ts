import { TakoError, type Clock } from '@tako/core';

/** How much a guard remembers. */
export interface ReplayGuardOptions {
  readonly source: string;
  readonly maxEntries: number;
  readonly clock: Clock;
}

/** Lets each name pass once, for as long as it could come again. */
export class ReplayGuard {
  readonly #options: ReplayGuardOptions;
  /** Until when each is remembered, roughly in the order of their ends. */
  readonly #seen = new Map<string, number>();

  constructor(options: ReplayGuardOptions) {
    this.#options = options;
  }

  /**
   * @throws `auth` when the name was seen before; `rate_limited` when there is no room to remember it: passing would let it come
   *   again
   */
  pass(name: string, untilMs: number): void {
    const { source, maxEntries, clock } = this.#options;
    const nowMs = clock.now();
    for (const [old, endMs] of this.#seen) {
      if (endMs > nowMs) break;
      this.#seen.delete(old);
    }
    if ((this.#seen.get(name) ?? -Infinity) > nowMs) throw new TakoError('auth', 'the DPoP proof was shown before');
    if (this.#seen.size >= maxEntries) {
      throw new TakoError('rate_limited', `${source}: too many DPoP proofs to remember`, {
        source,
        retryAfterMs: 1_000,
      });
    }
    this.#seen.delete(name); // set anew it stands last, where its end belongs
    this.#seen.set(name, untilMs);
  }
}
