import type { VendorLimit } from './rate-limit-headers.js';

/** An allowance that refills evenly: at most a minute's worth at once. It may go below zero when use exceeds the estimate. */
export class TokenBucket {
  readonly #configured: number;
  #perMs: number;
  #capacity: number;
  #level: number;
  #filledMs: number;

  /** @param perMinute how much flows in each minute; `Infinity` for no limit */
  constructor(perMinute: number, nowMs: number) {
    this.#configured = this.#capacity = perMinute;
    this.#perMs = perMinute / 60_000;
    this.#level = perMinute;
    this.#filledMs = nowMs;
  }

  get isLimited(): boolean {
    return this.#capacity < Infinity;
  }

  /** How long until `amount` can be taken, in milliseconds. More than a minute's worth waits for a full bucket. */
  waitMs(amount: number, nowMs: number): number {
    if (this.#capacity === Infinity) return 0;
    this.#fill(nowMs);
    const missing = Math.min(amount, this.#capacity) - this.#level;
    return missing <= 0 ? 0 : Math.ceil(missing / this.#perMs);
  }

  /** Takes `amount`, or gives it back where it is negative. */
  take(amount: number, nowMs: number): void {
    if (this.#capacity === Infinity) return;
    this.#fill(nowMs);
    this.#level = Math.min(this.#capacity, this.#level - amount);
  }

  /** Takes over what the vendor says is left, and its limit where that is lower than ours. */
  learn({ limit, remaining }: VendorLimit, nowMs: number): void {
    this.#fill(nowMs);
    this.#capacity = Math.max(1, Math.min(this.#configured, limit ?? this.#capacity));
    this.#perMs = this.#capacity / 60_000;
    if (this.#capacity < Infinity) this.#level = Math.min(this.#level, remaining, this.#capacity);
  }

  #fill(nowMs: number): void {
    if (nowMs > this.#filledMs && this.#capacity < Infinity) {
      this.#level = Math.min(this.#capacity, this.#level + (nowMs - this.#filledMs) * this.#perMs);
    }
    this.#filledMs = nowMs;
  }
}
