import { ownError } from '../../error/own-error.js';
import { isSecret, type Secret } from '../../secret/secret.js';
import { readCredential, type Environment } from '../../secret/credential.js';
import type { Clock } from '../../platform/platform.js';
import { withDeadline } from './deadline.js';

/** A token with its end. */
export interface DatedToken {
  readonly token: string | Secret;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expiresAtMs: number;
}

/** Gives a token. One with an end is kept until shortly before; one without is asked for whenever it is used. */
export type TokenFunction<Context> = (
  context: Context,
) => string | Secret | DatedToken | Promise<string | Secret | DatedToken>;

/** Where tokens come from. */
export interface TokenCache {
  /** The token to use now. @throws `auth` when there is none, and what the function threw. */
  read(signal: AbortSignal): Promise<{ readonly token: string; readonly isFresh: boolean }>;
  /** Says that a token was refused: it is not used again. */
  refuse(token: string): void;
}

/** What a cache of tokens needs. */
export interface TokenCacheOptions<Context> {
  /** Who asks: stands in errors. */
  readonly source: string;
  readonly token: string | Secret | TokenFunction<Context>;
  /** What the function is given besides the signal of its own deadline. */
  readonly context: (signal: AbortSignal) => Context;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly environment: Environment | undefined;
}

/** How long before its end a token is asked for anew, in milliseconds. */
const earlyMs = 5 * 60_000;

/**
 * Tokens, asked for once for all who wait. From five minutes before its end, or the last tenth of a short life, a token is
 * renewed; where that fails it is used for as long as it holds.
 */
export function tokenCache<Context>(options: TokenCacheOptions<Context>): TokenCache {
  const { source, token, context, timeoutMs, clock, environment } = options;
  const check = (value: string | Secret): Promise<string> => readCredential(value, `${source}: token`, environment);
  if (typeof token !== 'function') {
    return { read: async () => ({ token: await check(token), isFresh: true }), refuse: () => undefined };
  }
  const ask = token;
  let known: { readonly token: string; readonly renewAtMs: number; readonly expiresAtMs: number } | undefined;
  let flight: Promise<string> | undefined;

  async function renew(): Promise<string> {
    const given = await withDeadline({ source, timeoutMs, clock }, async (signal) => ask(context(signal)));
    if (!isDated(given)) return check(given);
    const value = await check(given.token);
    const { expiresAtMs } = given;
    const nowMs = clock.now();
    known = { token: value, expiresAtMs, renewAtMs: expiresAtMs - Math.min(earlyMs, (expiresAtMs - nowMs) / 10) };
    return value;
  }

  function fly(): Promise<string> {
    flight ??= renew().finally(() => {
      flight = undefined;
    });
    return flight;
  }

  return {
    async read(signal) {
      const current = known;
      const nowMs = clock.now();
      if (current !== undefined && nowMs < current.renewAtMs) return { token: current.token, isFresh: false };
      const renewing = fly();
      if (current !== undefined && nowMs < current.expiresAtMs) {
        renewing.catch(() => undefined); // the one at hand still holds; the next call tries again
        return { token: current.token, isFresh: false };
      }
      return { token: await abortable(renewing, signal), isFresh: true };
    },
    refuse(refused) {
      if (known?.token === refused) known = undefined;
    },
  };
}

function isDated(given: string | Secret | DatedToken): given is DatedToken {
  return typeof given === 'object' && !isSecret(given) && 'expiresAtMs' in given;
}

/** Waits for a promise that others wait for too, until `signal` aborts. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise
      .then(resolve, (error: unknown) => reject(ownError(error)))
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
