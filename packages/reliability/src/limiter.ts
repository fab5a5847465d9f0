import { cancelled, TakoError, type Clock } from '@tako/core';

import type { RateLimitState } from './rate-limit-headers.js';
import { TokenBucket } from './token-bucket.js';

/** What a limiter holds its callers to; `Infinity` for no limit. */
export interface Limits {
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
  readonly concurrency: number;
}

interface Waiting {
  readonly tokens: number;
  readonly admit: () => void;
}

/** Lets callers in one after the other, as fast as the limits allow. */
export class Limiter {
  readonly #clock: Clock;
  readonly #requests: TokenBucket;
  readonly #tokens: TokenBucket;
  readonly #queue: Waiting[] = [];
  #freeSlots: number;
  #heldUntilMs = 0;
  #stopTimer: () => void = () => undefined;

  constructor({ requestsPerMinute, tokensPerMinute, concurrency }: Limits, clock: Clock) {
    this.#clock = clock;
    this.#requests = new TokenBucket(requestsPerMinute, clock.now());
    this.#tokens = new TokenBucket(tokensPerMinute, clock.now());
    this.#freeSlots = concurrency;
  }

  /** Whether there is a limit on tokens: of ours, or of the vendor's. */
  get countsTokens(): boolean {
    return this.#tokens.isLimited;
  }

  /** Resolves when a call may start. */
  enter(tokens: number, maxWaitMs: number, signal: AbortSignal, source: string): Promise<void> {
    if (signal.aborted) return Promise.reject(cancelled(signal.reason, { content: [] }));
    if (this.#queue.length === 0 && this.#freeSlots > 0 && this.#waitMs(tokens) <= 0) {
      this.#take(tokens);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const giveUp = (error: TakoError): void => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        stopWaiting();
        reject(error);
        this.#admit();
      };
      const onAbort = (): void => {
        giveUp(cancelled(signal.reason, { content: [] }));
      };
      const stopDeadline = this.#clock.after(maxWaitMs, () => {
        const waitMs = this.#waitMs(tokens);
        const message = `${source}: the rate limit left no turn within ${maxWaitMs} ms`;
        giveUp(new TakoError('rate_limited', message, { source, retryAfterMs: waitMs }));
      });
      const stopWaiting = (): void => {
        stopDeadline();
        signal.removeEventListener('abort', onAbort);
      };
      const waiting: Waiting = {
        tokens,
        admit: () => {
          stopWaiting();
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiting);
      this.#admit();
    });
  }

  /** A call is over: its slot is free, and its tokens are corrected. */
  leave(expected: number, used: number): void {
    this.#freeSlots++;
    this.#tokens.take(used - expected, this.#clock.now());
    this.#admit();
  }

  /** The vendor said how much is left. It also counts calls that others make with the same key. */
  learn({ requests, tokens }: RateLimitState): void {
    const nowMs = this.#clock.now();
    if (requests !== undefined) this.#requests.learn(requests, nowMs);
    if (tokens !== undefined) this.#tokens.learn(tokens, nowMs);
  }

  /** The vendor said to wait. */
  holdFor(ms: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#clock.now() + ms);
  }

  #waitMs(tokens: number): number {
    const nowMs = this.#clock.now();
    return Math.max(this.#heldUntilMs - nowMs, this.#requests.waitMs(1, nowMs), this.#tokens.waitMs(tokens, nowMs));
  }

  /** Lets in whoever may start, in order, and sets a timer for the next one. */
  #admit(): void {
    this.#stopTimer();
    for (let first = this.#queue[0]; first !== undefined && this.#freeSlots > 0; first = this.#queue[0]) {
      const waitMs = this.#waitMs(first.tokens);
      if (waitMs > 0) {
        this.#stopTimer = this.#clock.after(waitMs, () => {
          this.#admit();
        });
        return;
      }
      this.#queue.shift();
      this.#take(first.tokens);
      first.admit();
    }
  }

  #take(tokens: number): void {
    const nowMs = this.#clock.now();
    this.#freeSlots--;
    this.#requests.take(1, nowMs);
    this.#tokens.take(tokens, nowMs);
  }
}
