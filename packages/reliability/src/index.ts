export { circuitBreaker } from './circuit-breaker.js';
export { fallback } from './fallback.js';
export { retry } from './retry.js';
export { timeout } from './timeout.js';
export type { CircuitBreakerLayer, CircuitBreakerOptions, CircuitBreakerState } from './circuit-breaker.js';
export type { FallbackOptions } from './fallback.js';
export type { RetryOptions } from './retry.js';
export type { TimeoutOptions } from './timeout.js';
