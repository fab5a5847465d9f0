import { invalidOptions } from '../error/make-error.js';
import { ownError } from '../error/own-error.js';
import { isRetryable, isTakoError, retryAfterMs, type TakoError } from '../error/tako-error.js';
import type { Clock } from '../platform/platform.js';
import type { SecretResolver } from './secret-resolver.js';
import type { Secret } from './secret.js';
import { SingleFlight } from './single-flight.js';

/** How long a stale value is given out before the store is asked again, in milliseconds, unless the store itself says. */
const pauseMs = 5_000;

/** Options of `cachedResolver`. Times are in milliseconds. */
export interface CachedResolverOptions {
  /** `systemClock(globalThis)`. */
  readonly clock: Clock;
  /** How long a value is given out without asking again: the longest that a rotated key takes to arrive. @defaultValue 300 000 */
  readonly ttlMs?: number | undefined;
  /**
   * How much longer a value is given out while the store cannot be reached, or asks for patience: errors that are `retryable`. Never
   * after `not_found`, `permission` or `auth`. @defaultValue 0
   */
  readonly staleIfErrorMs?: number | undefined;
  /** How long `not_found` is remembered. @defaultValue 0: a secret that was just created is found */
  readonly notFoundTtlMs?: number | undefined;
  /** Values kept; the one not used for longest goes first. @defaultValue 1 000 */
  readonly maxEntries?: number | undefined;
}

/** A resolver that remembers. */
export interface CachedResolver extends SecretResolver {
  /** Has the next call ask anew: for a key that a vendor has just refused, or all of them. */
  forget(key?: string): void;
  /** Whether the next call for this key is answered without asking. */
  isFresh(key: string): boolean;
}

interface Entry {
  readonly found: Secret | TakoError;
  readonly askedAtMs: number;
  /** Fresh until then, counted from `askedAtMs`. */
  ttlMs: number;
}

/**
 * Remembers what `resolver` finds, by key. Any number of calls at the same time ask once; an abort ends the waiting of its own
 * call alone.
 *
 * @throws `invalid` for options that are no numbers of milliseconds.
 */
export function cachedResolver(resolver: SecretResolver, options: CachedResolverOptions): CachedResolver {
  const { clock, ttlMs = 300_000, staleIfErrorMs = 0, notFoundTtlMs = 0, maxEntries = 1_000 } = options;
  for (const [name, value] of Object.entries({ ttlMs, staleIfErrorMs, notFoundTtlMs, maxEntries })) {
    if (!(value >= 0)) throw invalidOptions('cachedResolver', `${name} must be 0 or more, got ${value}`);
  }
  const entries = new Map<string, Entry>();
  const flights = new SingleFlight<Secret>();
  /** Grows with each `forget`: what was asked before it is not remembered after it. */
  let generation = 0;

  /** A map keeps the order of insertion: the first entry is the one not used for longest. */
  function keep(key: string, entry: Entry): void {
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
  }

  /** How old an entry is. A clock that was set back makes everything old. */
  function ageMs({ askedAtMs }: Entry): number {
    const age = clock.now() - askedAtMs;
    return age >= 0 ? age : Infinity;
  }

  function isOld(entry: Entry): boolean {
    return ageMs(entry) >= entry.ttlMs;
  }

  async function ask(key: string, signal: AbortSignal): Promise<Secret> {
    const askedAtMs = clock.now();
    const asked = generation;
    const known = entries.get(key);
    const remember = (found: Secret | TakoError, forMs: number): void => {
      if (asked === generation && forMs > 0) keep(key, { found, askedAtMs, ttlMs: forMs });
    };
    try {
      const secret = await resolver.resolve(key, { signal });
      remember(secret, ttlMs);
      return secret;
    } catch (error) {
      if (signal.aborted || asked !== generation) throw error; // says nothing about what is known now
      const stale = known === undefined ? undefined : staleSecret(known, error);
      if (stale !== undefined) return stale;
      entries.delete(key);
      if (isTakoError(error, 'not_found')) remember(error, notFoundTtlMs);
      throw error;
    }
  }

  /** The value of an entry that may still be used though asking failed with `error`. */
  function staleSecret(entry: Entry, error: unknown): Secret | undefined {
    const age = ageMs(entry);
    if (isTakoError(entry.found) || !isRetryable(error) || age >= ttlMs + staleIfErrorMs) return undefined;
    entry.ttlMs = Math.min(age + (retryAfterMs(error) ?? pauseMs), ttlMs + staleIfErrorMs);
    return entry.found;
  }

  const resolve: SecretResolver['resolve'] = async (key, { signal } = {}) => {
    const known = entries.get(key);
    if (known === undefined || signal?.aborted === true || isOld(known)) {
      return flights.run(key, (flightSignal) => ask(key, flightSignal), signal);
    }
    keep(key, known);
    if (isTakoError(known.found)) throw ownError(known.found);
    return known.found;
  };

  return {
    resolve,
    secret: (key) => () => resolve(key),
    isFresh(key) {
      const known = entries.get(key);
      return known !== undefined && !isOld(known);
    },
    forget(key) {
      generation++;
      flights.forget(key);
      if (key === undefined) entries.clear();
      else entries.delete(key);
    },
  };
}
