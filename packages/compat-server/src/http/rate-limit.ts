import { invalidOptions, type Clock, type Principal } from '@tako/core';

import { refused, type Failure } from '../errors/failure.js';

/** Counts requests in windows of time, for all processes that share it. */
export interface RateLimitStore {
  /**
   * Counts one more.
   *
   * @returns the count of the window that goes on, this one included, and when the window ends, in milliseconds from now
   */
  hit(key: string, windowMs: number): Promise<{ readonly count: number; readonly resetMs: number }>;
}

/** How many requests a caller may send. */
export interface RateLimitOptions {
  /** For one user of a tenant; a function may tell callers apart. */
  readonly requestsPerMinute: number | ((principal: Principal) => number);
  /** Where requests are counted. @defaultValue in memory, for this process alone */
  readonly store?: RateLimitStore | undefined;
}

/** What a request comes to: headers for the answer, and why it is refused, if it is. */
export interface RateLimitOutcome {
  readonly headers: Readonly<Record<string, string>>;
  readonly failure?: Failure | undefined;
}

const minuteMs = 60_000;
/** So many callers are counted at a time in memory; the oldest are forgotten. */
const mostKeys = 100_000;

/** Limits the requests of each caller, and tells it how many are left in the headers that OpenAI uses. */
export class RateLimit {
  readonly #perMinute: (principal: Principal) => number;
  readonly #store: RateLimitStore;

  /** @throws `invalid` for a limit that is no number of at least 1. */
  constructor({ requestsPerMinute, store }: RateLimitOptions, clock: Clock) {
    if (typeof requestsPerMinute === 'number' && !(requestsPerMinute >= 1)) {
      throw invalidOptions('serveOpenAI', `requestsPerMinute must be at least 1, got ${requestsPerMinute}`);
    }
    this.#perMinute = typeof requestsPerMinute === 'number' ? () => requestsPerMinute : requestsPerMinute;
    this.#store = store ?? memoryWindows(clock);
  }

  /** Counts a request. A store that fails lets nobody in: what it throws is for the caller to tell. */
  async take(principal: Principal): Promise<RateLimitOutcome> {
    const limit = wholeNumber(this.#perMinute(principal));
    if (limit === Infinity) return { headers: {} };
    const key = JSON.stringify([principal.tenantId, principal.userId]);
    const { count, resetMs } = await this.#store.hit(key, minuteMs);
    // What another process counts, and its clock, are not ours: clients must be able to read what they get of it.
    const seconds = Math.max(1, Math.min(wholeNumber(Math.ceil(resetMs / 1000)), minuteMs / 1000));
    const headers = {
      'x-ratelimit-limit-requests': String(limit),
      'x-ratelimit-remaining-requests': String(wholeNumber(limit - count)),
      'x-ratelimit-reset-requests': `${seconds}s`,
    };
    if (count <= limit) return { headers };
    const failure = refused(429, 'rate_limit_exceeded', `Rate limit reached. Please try again in ${seconds}s.`, {
      headers: { 'retry-after': String(seconds) },
    });
    return { headers, failure: { ...failure, type: 'rate_limit_error' } };
  }
}

/** A number of 0 or more without its fraction; 0 for what is none. */
function wholeNumber(value: number): number {
  return value > 0 ? Math.floor(value) : 0;
}

/** Windows in the memory of the process. */
function memoryWindows(clock: Clock): RateLimitStore {
  const windows = new Map<string, { count: number; readonly endsMs: number }>();
  return {
    async hit(key, windowMs) {
      const nowMs = clock.now();
      const known = windows.get(key);
      // A window that ends later than any can was opened before the clock was set back.
      if (known !== undefined && known.endsMs > nowMs && known.endsMs <= nowMs + windowMs) {
        known.count++;
        return { count: known.count, resetMs: known.endsMs - nowMs };
      }
      windows.delete(key); // a window that begins anew is the youngest
      windows.set(key, { count: 1, endsMs: nowMs + windowMs });
      for (const [oldest, { endsMs }] of windows) {
        if (windows.size <= mostKeys && endsMs > nowMs) break;
        windows.delete(oldest);
      }
      return { count: 1, resetMs: windowMs };
    },
  };
}
