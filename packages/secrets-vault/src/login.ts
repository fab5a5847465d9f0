import type { Clock } from '@tako/core';
import { providerError, vaultStatusError, type VaultAnswer } from '@tako/core/provider';

import { fieldOf } from './from-vault.js';
import type { VaultLogin, VaultToken, VaultTokenContext } from './options.js';
import { source } from './source.js';

/** Asks Vault below `/v1/`; with a body it is a POST. */
export type AskVault = (
  path: string,
  options: {
    /** Names what is asked for in errors. */
    readonly what: string;
    readonly signal: AbortSignal;
    readonly token?: string | undefined;
    readonly body?: object | undefined;
    readonly namespace: string | undefined;
  },
) => Promise<VaultAnswer>;

interface Lease {
  readonly token: string;
  readonly renewable: boolean;
  readonly expiresAtMs: number;
  /** As it was when the token was new, in milliseconds. */
  readonly livesMs: number;
}

/** Logs in, and renews what it got for as long as that makes it live longer. */
export interface Session {
  readonly token: (context: VaultTokenContext) => Promise<VaultToken>;
  /** Says that a token was refused: the next one comes from a login. */
  readonly refuse: (token: string) => void;
}

/**
 * A session of one resolver.
 *
 * A renewal is worth its while only if it prolongs the lease by a fifth of what it was: near the longest time that a token may live,
 * Vault gives ever shorter ones.
 *
 * Sources: https://developer.hashicorp.com/vault/api-docs/auth/token#renew-a-token-self and
 * https://developer.hashicorp.com/vault/docs/concepts/lease#lease-durations-and-renewal (read 2026-11-23).
 */
export function session(login: VaultLogin, ask: AskVault, clock: Clock, namespace: string | undefined): Session {
  let lease: Lease | undefined;

  async function logIn(context: VaultTokenContext): Promise<Lease> {
    const body = await login.body(context);
    const what = `the login at ${login.path}`;
    const nowMs = clock.now();
    const answer = await ask(login.path, { what, body, signal: context.signal, namespace });
    if (answer.status !== 200) throw loginError(answer, what, clock.now());
    return leaseOf(answer, what, nowMs);
  }

  /** `undefined` where the token cannot be renewed any more. */
  async function renewed(held: Lease, { signal }: VaultTokenContext): Promise<Lease | undefined> {
    const what = 'the renewal of the token';
    const nowMs = clock.now();
    const answer = await ask('auth/token/renew-self', { what, token: held.token, body: {}, signal, namespace });
    if (answer.status === 400 || answer.status === 403 || answer.status === 404) return undefined;
    if (answer.status !== 200) throw vaultStatusError(answer, source, what, clock.now());
    const { livesMs } = held;
    const next = leaseOf(answer, what, nowMs);
    return next.expiresAtMs - held.expiresAtMs < livesMs / 5 ? undefined : { ...next, livesMs };
  }

  return {
    async token(context) {
      const held = lease?.renewable === true && clock.now() < lease.expiresAtMs ? lease : undefined;
      lease = (held === undefined ? undefined : await renewed(held, context)) ?? (await logIn(context));
      return lease;
    },
    refuse(token) {
      if (lease?.token === token) lease = undefined;
    },
  };
}

/** Vault refuses a login with 400 or 403. */
function loginError(answer: VaultAnswer, what: string, nowMs: number): Error {
  const { status } = answer;
  if (status !== 400 && status !== 401 && status !== 403) return vaultStatusError(answer, source, what, nowMs);
  return providerError('auth', `${source}: ${what} was refused with ${status}`, { source, status });
}

/** `lease_duration` is in seconds; 0 is a token without an end. */
function leaseOf({ json }: VaultAnswer, what: string, nowMs: number): Lease {
  const auth = fieldOf(json, 'auth');
  const token = fieldOf(auth, 'client_token');
  const seconds = fieldOf(auth, 'lease_duration');
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || typeof seconds !== 'number' || !(seconds >= 0)) {
    throw providerError('malformed_response', `${source}: ${what}: the answer holds no token`, { source });
  }
  const livesMs = seconds === 0 ? Infinity : seconds * 1_000;
  return { token, renewable: fieldOf(auth, 'renewable') === true, expiresAtMs: nowMs + livesMs, livesMs };
}
