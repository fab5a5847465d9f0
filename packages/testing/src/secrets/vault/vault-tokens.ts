import { randomBytes } from 'node:crypto';

import type { Clock } from '@tako/core';

/** A token of a fake Vault. Times are in milliseconds since 1970-01-01 UTC. */
export interface VaultToken {
  readonly id: string;
  /** Without slashes at its ends; empty for the root namespace. */
  readonly namespace: string;
  readonly createdAtMs: number;
  /** Where it came from: `auth/approle/login`. */
  readonly path: string;
  readonly renewable: boolean;
  /** `Infinity` for root tokens. */
  readonly expiresAtMs: number;
  /** Renewals do not reach beyond it. */
  readonly lastAtMs: number;
}

/** The tokens that a fake Vault has given. */
export interface VaultTokens {
  /** A new token. */
  issue(options?: {
    readonly id?: string | undefined;
    readonly namespace?: string | undefined;
    readonly path?: string | undefined;
    readonly lifetimeMs?: number | undefined;
    readonly renewable?: boolean | undefined;
  }): VaultToken;
  /** A token while it holds. */
  find(id: string): VaultToken | undefined;
  /** Prolongs a token by `lifetimeMs` from clock, as far as it may live. */
  renew(token: VaultToken, lifetimeMs: number): VaultToken;
  revoke(id: string): void;
  /** Ends all tokens but the root one. */
  revokeAll(): void;
  /** All ids that were ever given. */
  readonly ids: readonly string[];
}

/** How long tokens live, and by which clock. */
export interface VaultTokenRules {
  readonly clock: Pick<Clock, 'now'>;
  readonly lifetimeMs: number;
  readonly longestMs: number;
  readonly renewable: boolean;
}

export function vaultTokens(rules: VaultTokenRules): VaultTokens {
  const tokens = new Map<string, VaultToken>();
  const ids: string[] = [];
  return {
    issue(options = {}) {
      const {
        id = `hvs.${randomBytes(18).toString('base64url')}`,
        namespace = '',
        path = 'auth/token/create',
      } = options;
      const { lifetimeMs = rules.lifetimeMs, renewable = rules.renewable } = options;
      const nowMs = rules.clock.now();
      const longestMs = Math.max(lifetimeMs, rules.longestMs);
      const token: VaultToken = {
        id,
        namespace,
        createdAtMs: nowMs,
        path,
        renewable: renewable && lifetimeMs !== Infinity,
        expiresAtMs: nowMs + lifetimeMs,
        lastAtMs: nowMs + longestMs,
      };
      tokens.set(id, token);
      ids.push(id);
      return token;
    },
    find(id) {
      const token = tokens.get(id);
      return token !== undefined && token.expiresAtMs > rules.clock.now() ? token : undefined;
    },
    renew(token, lifetimeMs) {
      const renewed = { ...token, expiresAtMs: Math.min(rules.clock.now() + lifetimeMs, token.lastAtMs) };
      tokens.set(token.id, renewed);
      return renewed;
    },
    revoke: (id) => void tokens.delete(id),
    revokeAll() {
      for (const [id, { lastAtMs }] of tokens) if (lastAtMs !== Infinity) tokens.delete(id);
    },
    ids,
  };
}

/** Seconds that a token has left; 0, Vault's word for no end, for a root token. */
export function leaseS(token: VaultToken, nowMs: number): number {
  return token.expiresAtMs === Infinity ? 0 : Math.floor((token.expiresAtMs - nowMs) / 1_000);
}
