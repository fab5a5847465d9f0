import { isTakoError, TakoError, type Clock } from '@tako/core';
import { orAborted, withDeadline } from '@tako/core/provider';

import { keysFor, readKeySet, type SetKey } from './json-web-key.js';
import type { JwtAlgorithm } from './jwt-algorithm.js';
import type { JwtKeys, KeyContext } from './jwt-keys.js';
import { refused } from './refused.js';
import { source } from './source.js';

/** Where keys come from, and how long they are good. */
export interface KeySetOptions {
  readonly algorithms: readonly JwtAlgorithm[];
  /** Gets the set as JSON. */
  readonly load: (signal: AbortSignal, clock: Clock) => Promise<unknown>;
  readonly timeoutMs: number;
  /** Older keys are loaded anew when they are needed. */
  readonly maxAgeMs: number;
  /** As long as this, old keys are used where loading fails. */
  readonly maxStaleMs: number;
  /** There is at most one load in this time, whatever tokens come. */
  readonly coolDownMs: number;
}

/** Whoever asks for keys hears of these; any other failure to get them is `transport`. */
const outages = ['timeout', 'rate_limited', 'transport'] as const;

/**
 * Keys that are loaded when the first token comes, when they have become old, and when a token names one that is not among them.
 * All who wait share one load; a caller that leaves does not end it for the others.
 */
export function keySet(options: KeySetOptions): JwtKeys {
  const { algorithms, load, timeoutMs, maxAgeMs, maxStaleMs, coolDownMs } = options;
  let keys: readonly SetKey[] = [];
  let loadedAtMs = -Infinity;
  let triedAtMs = -Infinity;
  /** Why the last load failed; `undefined` when it did not. */
  let failure: unknown;
  let loading: Promise<void> | undefined;

  /** Resolves also where loading fails. */
  async function loadNow(clock: Clock): Promise<void> {
    try {
      const loaded = await withDeadline({ source, what: 'the keys', timeoutMs, clock }, (signal) =>
        load(signal, clock),
      );
      keys = readKeySet(loaded, algorithms);
      loadedAtMs = clock.now();
      failure = undefined;
    } catch (error) {
      failure = error ?? 'nothing';
    }
  }

  async function loadUnlessTried({ clock, signal }: KeyContext): Promise<void> {
    if (loading === undefined) {
      if (isWithin(coolDownMs, triedAtMs, clock)) return;
      triedAtMs = clock.now();
      loading = loadNow(clock).finally(() => {
        loading = undefined;
      });
    }
    await orAborted(loading, signal);
  }

  /** A new error for each who asks. */
  function outage(clock: Clock): TakoError {
    const code = outages.find((name) => isTakoError(failure, name)) ?? 'transport';
    const why = isTakoError(failure) ? failure.message : `${source}: the keys cannot be had`;
    const retryAfterMs = Math.min(coolDownMs, Math.max(0, triedAtMs + coolDownMs - clock.now()));
    return new TakoError(code, why, { source, retryAfterMs, cause: failure });
  }

  return {
    algorithms,
    async find(query, context) {
      const { clock } = context;
      if (!isWithin(maxAgeMs, loadedAtMs, clock)) await loadUnlessTried(context);
      if (clock.now() - loadedAtMs >= maxStaleMs) throw outage(clock);
      let found = keysFor(keys, query);
      if (found.length === 0) {
        await loadUnlessTried(context);
        // Newer keys may hold it: as long as they cannot be had, nobody can tell.
        if (failure !== undefined) throw outage(clock);
        found = keysFor(keys, query);
      }
      const [only, second] = found;
      if (only === undefined) throw refused('the token is signed with a key that is not in the key set');
      // OpenID Connect Core 1.0, section 10.1: where there are more keys, a token says by `kid` which.
      if (second !== undefined) throw refused('the token does not say which key of the key set it is signed with');
      return only.key;
    },
  };
}

/** Whether that was so lately. A clock that was set back makes everything long ago. */
function isWithin(spanMs: number, sinceMs: number, clock: Clock): boolean {
  const elapsedMs = clock.now() - sinceMs;
  return elapsedMs >= 0 && elapsedMs < spanMs;
}
