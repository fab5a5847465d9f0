import { isSecret, readCredential, type Clock, type Environment, type Secret } from '@tako/core';
import { ownError } from '@tako/core/provider';

import type { VertexAccessToken, VertexCredential } from './options.js';

/** Where tokens come from. */
export interface TokenSource {
  /** The token to use now. @throws `auth` when there is none. */
  readonly read: () => Promise<string>;
  /** Says that the vendor refused a token: it is not used again. */
  readonly refuse: (token: string) => void;
}

/** How long before its end a token is asked for anew, in milliseconds: as the vendor's own libraries do. */
const earlyMs = 5 * 60_000;

/** A question for a token that has no answer after so many milliseconds is asked again by the next call. */
const patienceMs = 30_000;

interface Flight {
  readonly token: Promise<string>;
  readonly sinceMs: number;
}

/**
 * Gives tokens, and asks for them once for all calls that wait. Where a token is still good for some minutes and another
 * cannot be had, it is used.
 */
export function tokenSource(credential: VertexCredential, clock: Clock, environment?: Environment): TokenSource {
  const check = (value: string | Secret): Promise<string> => readCredential(value, 'vertex: accessToken', environment);
  if (typeof credential !== 'function') return { read: () => check(credential), refuse: () => undefined };
  let known: { readonly token: string; readonly expiresAtMs: number } | undefined;
  let flight: Flight | undefined;

  const ask = async (): Promise<string> => {
    const given = await credential();
    if (!isDated(given)) return check(given);
    const token = await check(given.token);
    known = given.expiresAtMs === undefined ? undefined : { token, expiresAtMs: given.expiresAtMs };
    return token;
  };

  function fly(nowMs: number): Promise<string> {
    if (flight !== undefined && nowMs - flight.sinceMs < patienceMs) return flight.token;
    const mine: Flight = {
      sinceMs: nowMs,
      token: ask().finally(() => {
        if (flight === mine) flight = undefined;
      }),
    };
    flight = mine;
    return mine.token;
  }

  return {
    async read() {
      const nowMs = clock.now();
      const current = known;
      const leftMs = (current?.expiresAtMs ?? 0) - nowMs;
      if (current !== undefined && leftMs > earlyMs) return current.token;
      try {
        return await fly(nowMs);
      } catch (error) {
        if (current !== undefined && current === known && leftMs > 0) return current.token;
        throw ownError(error); // each call that waited gets its own
      }
    },
    refuse(token) {
      if (known?.token === token) known = undefined;
    },
  };
}

function isDated(given: unknown): given is VertexAccessToken {
  return typeof given === 'object' && given !== null && !isSecret(given) && 'token' in given;
}
