import {
  isSecret,
  systemClock,
  type ResolveOptions,
  type Secret,
  type SecretResolver,
  type TakoError,
} from '@tako/core';
import {
  invalidOptions,
  platformEnvironment,
  providerError,
  secureUrl,
  shownKey,
  tokenCache,
  vaultSend,
  vaultStatusError,
  withDeadline,
  type VaultAnswer,
} from '@tako/core/provider';

import { fromVault } from './from-vault.js';
import { session, type AskVault } from './login.js';
import type { VaultLogin, VaultResolverOptions } from './options.js';
import { source } from './source.js';
import { parseVaultKey, type VaultKey } from './vault-key.js';

/** Reads one secret. */
type Read = (key: VaultKey, shown: string, signal: AbortSignal | undefined) => Promise<Secret>;

/**
 * Secrets of HashiCorp Vault's key-value engine. Keys are `mount/data/path#field`, or `mount/data/path` for all fields as one JSON
 * object; `kvVersion: 1` leaves the `data` out.
 *
 * Sources: https://developer.hashicorp.com/vault/api-docs and https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 (read
 * 2026-11-23).
 */
export class VaultResolver implements SecretResolver {
  readonly #read: Read;
  readonly #kvVersion: 1 | 2;

  /** @throws `invalid` for a missing address, one that is not https, or a namespace that cannot stand in a header. */
  constructor(options: VaultResolverOptions = {}) {
    this.#kvVersion = options.kvVersion ?? 2;
    this.#read = reader(options, this.#kvVersion);
  }

  /**
   * @throws `not_found` (also for a deleted version, and for a missing field), `permission`, `auth` (Vault does not know the token, or
   *   refuses the login), `rate_limited`, `timeout`, `transport`, `overloaded` (sealed, or not caught up yet), `provider`,
   *   `malformed_response`; `invalid` for a malformed key, before anything is sent; `cancelled` when the signal aborts.
   */
  async resolve(key: string, options: ResolveOptions = {}): Promise<Secret> {
    return this.#read(parseVaultKey(key, this.#kvVersion), shownKey(key), options.signal);
  }

  secret(key: string): () => Promise<Secret> {
    return () => this.resolve(key);
  }
}

function reader(options: VaultResolverOptions, kvVersion: 1 | 2): Read {
  const { environment = platformEnvironment(globalThis) ?? {}, clock = systemClock(globalThis) } = options;
  const { address = environment['VAULT_ADDR'], token = '$ENV:VAULT_TOKEN', timeoutMs = 15_000 } = options;
  const { fetch = (url, init) => globalThis.fetch(url, init), transport } = options;
  const namespace = checkedNamespace(options.namespace ?? environment['VAULT_NAMESPACE']);
  const loginNamespace = options.loginNamespace === undefined ? namespace : checkedNamespace(options.loginNamespace);
  if (!address) throw invalidOptions(source, 'address is missing; pass it, or set VAULT_ADDR');
  const base = `${secureUrl(address, source, 'address').href.replace(/\/+$/, '')}/v1/`;
  const send = vaultSend(transport ?? fetch, source);

  // Vault's own clients say x-vault-request always: an agent may ask for it.
  // Source: https://developer.hashicorp.com/vault/api-docs#the-x-vault-request-header (read 2026-11-23).
  const ask: AskVault = (path, { what, signal, token: sent, body, namespace: within }) =>
    send({
      method: body === undefined ? 'GET' : 'POST',
      url: base + path,
      headers: {
        accept: 'application/json',
        'x-vault-request': 'true',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(sent === undefined ? {} : { 'x-vault-token': sent }),
        ...(within ? { 'x-vault-namespace': within } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      what,
    });

  const own = isLogin(token) ? session(token, ask, clock, loginNamespace) : { token, refuse: () => undefined };
  const tokens = tokenCache({
    source,
    token: own.token,
    context: (signal) => ({ environment, signal }),
    timeoutMs,
    clock,
    environment,
  });

  /**
   * Vault answers 403 both for a token that it does not know and for a path that a token may not read. Looking the token up tells
   * them apart, so that forbidden paths cause no logins.
   * Sources: https://developer.hashicorp.com/vault/api-docs#http-status-codes and
   * https://developer.hashicorp.com/vault/api-docs/auth/token#lookup-a-token-self (read 2026-11-23).
   */
  async function isKnown(sent: string, what: string, signal: AbortSignal): Promise<boolean> {
    const { status } = await ask('auth/token/lookup-self', { what, signal, token: sent, namespace: loginNamespace });
    return status !== 403;
  }

  async function askForSecret(path: string, shown: string, signal: AbortSignal): Promise<VaultAnswer> {
    const get = (sent: string): Promise<VaultAnswer> => ask(path, { what: shown, signal, token: sent, namespace });
    const first = await tokens.read(signal);
    const answer = await get(first.token);
    if (answer.status !== 403 || (await isKnown(first.token, shown, signal))) return answer;
    const refused = providerError('auth', `${source}: ${shown}: Vault does not know the token`, {
      source,
      status: 403,
    });
    if (first.isFresh) throw refused;
    tokens.refuse(first.token);
    own.refuse(first.token);
    const second = await tokens.read(signal);
    return get(second.token);
  }

  return (key, shown, signal) =>
    withDeadline({ source, what: shown, timeoutMs, clock, signal }, async (during) => {
      const answer = await askForSecret(key.path, shown, during);
      if (answer.status !== 200) throw readError(answer, shown, clock.now());
      return fromVault(answer, key.field, kvVersion, shown);
    });
}

/**
 * 412 is a node that has not caught up yet, and asks for another try.
 *
 * Source: https://developer.hashicorp.com/vault/api-docs#http-status-codes (read 2026-11-23).
 */
function readError(answer: VaultAnswer, shown: string, nowMs: number): TakoError {
  if (answer.status !== 412) return vaultStatusError(answer, source, shown, nowMs);
  return providerError('overloaded', `${source}: ${shown}: this node has not caught up yet (412)`, {
    source,
    status: 412,
  });
}

function isLogin(token: VaultResolverOptions['token'] | null): token is VaultLogin {
  return typeof token === 'object' && token !== null && !isSecret(token) && 'path' in token;
}

/**
 * A namespace's path, as it stands in a header.
 *
 * Source: https://developer.hashicorp.com/vault/api-docs#namespaces (read 2026-11-23).
 */
function checkedNamespace(namespace: string | undefined): string | undefined {
  if (namespace === undefined || /^[\x21-\x7e]*$/.test(namespace)) return namespace;
  throw invalidOptions(source, 'namespace must be printable ASCII without blanks');
}
