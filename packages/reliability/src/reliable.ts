import { withLayers, type ProviderLayer } from '@tako/core';

import { circuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.js';
import { fallback, type FallbackOptions } from './fallback.js';
import { rateLimit, type RateLimitOptions } from './rate-limit.js';
import { retry, type RetryOptions } from './retry.js';
import { timeout, type TimeoutOptions } from './timeout.js';

/** What `reliable` takes: the options of each layer. A layer that is left out is not there, but retry and breaker are by default. */
export interface ReliableOptions {
  readonly fallback?: FallbackOptions | undefined;
  /** `false` for none. @defaultValue the defaults of `retry` */
  readonly retry?: RetryOptions | false | undefined;
  /** `false` for none. @defaultValue the defaults of `circuitBreaker`, one breaker for each provider */
  readonly circuitBreaker?: CircuitBreakerOptions | false | undefined;
  readonly rateLimit?: RateLimitOptions | undefined;
  /** The budget's layer, at its place in the order. */
  readonly budget?: ProviderLayer | undefined;
  readonly timeout?: TimeoutOptions | undefined;
}

/**
 * The usual layers around a provider, in the one order that makes sense (outermost first): fallback, retry, circuit
 * breaker, rate limit, budget, timeout.
 *
 * Retry is outside the breaker, so that each try is counted and an open circuit ends the trying at once. The budget is
 * inside them, so that every try is reserved at its own price, and nothing is held while a call waits for the limiter. The
 * providers of `fallback` get the same layers, each its own breaker.
 */
export function reliable(options: ReliableOptions = {}): ProviderLayer {
  const limiter = options.rateLimit === undefined ? [] : [rateLimit(options.rateLimit)];
  const guard: ProviderLayer = (provider) =>
    withLayers(provider, [
      ...(options.retry === false ? [] : [retry(options.retry)]),
      ...(options.circuitBreaker === false ? [] : [circuitBreaker(options.circuitBreaker)]),
      ...limiter,
      ...(options.budget === undefined ? [] : [options.budget]),
      ...(options.timeout === undefined ? [] : [timeout(options.timeout)]),
    ]);
  const { fallback: next } = options;
  if (next === undefined) return guard;
  const substitutes = fallback({ ...next, providers: next.providers.map(guard) });
  return (provider) => substitutes(guard(provider));
}
