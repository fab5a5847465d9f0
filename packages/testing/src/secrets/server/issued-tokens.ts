import type { Clock } from '@tako/core';

/** What a fake's access token was given for. */
export interface IssuedToken {
  /** The service that takes it: Azure's resource, Google's scope. */
  readonly audience: string;
  readonly expiresAtMs: number;
}

/** The access tokens that a fake has given. */
export interface IssuedTokens {
  /** A new token. */
  issue(audience: string, lifetimeMs: number): string;
  /** What a token was given for, while it holds. */
  find(token: string): IssuedToken | undefined;
  /** Ends all tokens now. */
  revokeAll(): void;
  /** How many were given. */
  readonly count: number;
  /** All that were given, also those that hold no longer: what must show nowhere. */
  readonly given: readonly string[];
}

/** Keeps tokens by the time that `clock` tells. */
export function issuedTokens(clock: Pick<Clock, 'now'>): IssuedTokens {
  const tokens = new Map<string, IssuedToken>();
  const given: string[] = [];
  return {
    issue(audience, lifetimeMs) {
      const token = `tok-${given.length}-${crypto.randomUUID()}`;
      given.push(token);
      tokens.set(token, { audience, expiresAtMs: clock.now() + lifetimeMs });
      return token;
    },
    find(token) {
      const found = tokens.get(token);
      return found !== undefined && found.expiresAtMs > clock.now() ? found : undefined;
    },
    revokeAll: () => tokens.clear(),
    get count() {
      return given.length;
    },
    given,
  };
}

/** The token of an `authorization: Bearer …` header; empty where there is none. */
export function bearerOf(headers: Readonly<Record<string, string>>): string {
  return /^Bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? '';
}
