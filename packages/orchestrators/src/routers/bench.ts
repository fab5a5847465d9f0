import type { Clock, ErrorCode, JsonObject, Outcome } from '@tako/core';

/** What `Bench` takes. */
export interface BenchOptions {
  /** Failures in a row after which a provider is left out for a while; 0 for never. @defaultValue 3 */
  readonly benchAfter?: number | undefined;
  /** For how long, in milliseconds. Then one call may try it again. @defaultValue 30000 */
  readonly benchMs?: number | undefined;
}

/** Failures that are the provider's own, or a sign that it has too much to do. */
const counted: ReadonlySet<ErrorCode> = new Set([
  'overloaded',
  'rate_limited',
  'provider',
  'transport',
  'timeout',
  'malformed_response',
  'circuit_open',
]);

/** Who has failed too often to be asked now, by the outcomes that a router was told. */
export class Bench {
  readonly #failures = new Map<string, { count: number; untilMs: number }>();
  readonly #after: number;
  readonly #ms: number;
  readonly #clock: Clock;

  constructor({ benchAfter = 3, benchMs = 30_000 }: BenchOptions, clock: Clock) {
    this.#after = benchAfter;
    this.#ms = benchMs;
    this.#clock = clock;
  }

  learn({ providerId, error, latencyMs }: Outcome): void {
    if (error !== undefined && counted.has(error)) {
      const count = (this.#failures.get(providerId)?.count ?? 0) + 1;
      const isOut = this.#after > 0 && count >= this.#after;
      this.#failures.set(providerId, { count, untilMs: isOut ? this.#clock.now() + this.#ms : 0 });
      // A score alone says nothing about whether the provider is up.
    } else if (error === undefined && latencyMs !== undefined) this.#failures.delete(providerId);
  }

  has(providerId: string): boolean {
    return (this.#failures.get(providerId)?.untilMs ?? 0) > this.#clock.now();
  }

  state(): JsonObject {
    return Object.fromEntries([...this.#failures].map(([id, entry]) => [id, { ...entry }]));
  }

  restore(state: JsonObject): void {
    for (const [id, entry] of Object.entries(state)) {
      const { count, untilMs } = Object(entry) as { count?: unknown; untilMs?: unknown }; // checked on the next line
      if (typeof count === 'number' && typeof untilMs === 'number') this.#failures.set(id, { count, untilMs });
    }
  }
}
