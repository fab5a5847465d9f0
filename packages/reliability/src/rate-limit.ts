import {
  cancelled,
  estimateUsage,
  invalidOptions,
  retryAfterMs,
  systemClock,
  TakoError,
  wrapProvider,
  type ChatRequest,
  type Clock,
  type ProviderLayer,
  type Usage,
} from '@tako/core';
import { relayStream } from '@tako/core/provider';

import { TokenBucket } from './token-bucket.js';

/** What `rateLimit` takes. Limits that are left out do not hold. */
export interface RateLimitOptions {
  readonly requestsPerMinute?: number | undefined;
  /** Input and output together: estimated before a call, corrected by what it used. */
  readonly tokensPerMinute?: number | undefined;
  /** Calls at the same time. */
  readonly concurrency?: number | undefined;
  /** Longest wait for a call's turn, in milliseconds; 0 refuses at once. @defaultValue 60000 */
  readonly maxWaitMs?: number | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

interface Waiting {
  readonly tokens: number;
  readonly admit: () => void;
}

/**
 * Keeps calls under a vendor's limits instead of running into them: they wait for their turn, first come first served.
 * When the vendor answers `rate_limited` all the same, nobody is let through until the time it named is over.
 *
 * One limiter serves all providers that it is applied to: the limits of an account hold for its models together.
 *
 * @throws `rate_limited` with `retryAfterMs` for a call whose turn does not come in time; `cancelled`.
 */
export function rateLimit(options: RateLimitOptions): ProviderLayer {
  const { clock = systemClock(globalThis), maxWaitMs = 60_000 } = options;
  const limiter = new Limiter(options, clock);
  return (next) =>
    wrapProvider(next, (request, call) => {
      const expected = expectedTokens(request);
      let used: Usage | undefined;
      const leave = (): void => {
        limiter.leave(expected, used === undefined ? expected : used.inputTokens + used.outputTokens);
      };
      return relayStream({
        open: async () => {
          await limiter.enter(expected, maxWaitMs, call.signal, next.id);
          return { events: next.stream(request, call) };
        },
        onFinish: ({ usage }) => {
          used = usage;
          leave();
        },
        onFail: (error) => {
          leave();
          const waitMs = retryAfterMs(error);
          if (waitMs !== undefined) limiter.holdFor(waitMs);
          return error;
        },
        onLeave: leave,
      });
    });
}

function expectedTokens(request: ChatRequest): number {
  return estimateUsage(request, []).inputTokens + (request.maxOutputTokens ?? 0);
}

class Limiter {
  readonly #clock: Clock;
  readonly #requests: TokenBucket;
  readonly #tokens: TokenBucket;
  readonly #queue: Waiting[] = [];
  #freeSlots: number;
  #heldUntilMs = 0;
  #stopTimer: () => void = () => undefined;

  constructor(
    { requestsPerMinute = Infinity, tokensPerMinute = Infinity, concurrency = Infinity }: RateLimitOptions,
    clock: Clock,
  ) {
    for (const [name, value] of Object.entries({ requestsPerMinute, tokensPerMinute, concurrency })) {
      if (!(value >= 1)) throw invalidOptions('rateLimit', `${name} must be at least 1, got ${value}`);
    }
    this.#clock = clock;
    this.#requests = new TokenBucket(requestsPerMinute, clock.now());
    this.#tokens = new TokenBucket(tokensPerMinute, clock.now());
    this.#freeSlots = concurrency;
  }

  /** Resolves when a call may start. */
  enter(tokens: number, maxWaitMs: number, signal: AbortSignal, source: string): Promise<void> {
    if (signal.aborted) return Promise.reject(cancelled(signal.reason, { content: [] }));
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
      this.#freeSlots--;
      this.#requests.take(1, this.#clock.now());
      this.#tokens.take(first.tokens, this.#clock.now());
      first.admit();
    }
  }
}
