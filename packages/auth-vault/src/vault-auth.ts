import {
  cachedResolver,
  cancelled,
  invalidOptions,
  isTakoError,
  systemClock,
  TakoError,
  type Authenticator,
  type Clock,
  type Credential,
  type Credentials,
  type Environment,
  type Principal,
  type Secret,
  type SecretResolver,
} from '@tako/core';
import { platformEnvironment } from '@tako/core/provider';

import { source } from './source.js';
import { tokenHash, type TokenHash } from './token-hash.js';
import { readRecord } from './token-record.js';
import { isToken } from './token-syntax.js';
import { unknownTokens, type UnknownTokens } from './unknown-tokens.js';
import { vaultFailure } from './vault-failure.js';

/** Options of `VaultAuth`. Times are in milliseconds. */
export interface VaultAuthOptions {
  /** Reads the records: `new VaultResolver({ address, token, namespace })` of `@tako/secrets-vault`, with any of its logins. */
  readonly vault: SecretResolver;
  /**
   * The key of the hash under which tokens stand, 32 bytes or more. Read at each use; without it, what Vault lists tells nothing
   * about tokens.
   */
  readonly hashKey: Credential | undefined;
  /** Where the records stand, without a slash at the end. @defaultValue `secret/data/tako/tokens` */
  readonly path?: string | undefined;
  /** How long a record is believed: the longest that a revoked token still works. @defaultValue 60 000 */
  readonly ttlMs?: number | undefined;
  /** How long it is remembered that nobody knows a token. @defaultValue 5 000 */
  readonly unknownTtlMs?: number | undefined;
  /** How many tokens are remembered, and as many that nobody knows. @defaultValue 1 000 */
  readonly maxEntries?: number | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment */
  readonly environment?: Environment | undefined;
}

/**
 * Bearer tokens that HashiCorp Vault knows. A token is looked up under `HMAC-SHA256(hashKey, token)` (RFC 2104): it stands neither
 * in a path nor in a cache, and whoever reads Vault's list or audit log learns none.
 *
 * A record is `{ "tenant_id": "acme", "user_id": "ada", "roles": ["reader"], "expires_at": "2027-01-31T00:00:00Z" }`; `roles` and
 * `expires_at` may be left out.
 *
 * ```ts
 * new VaultAuth({ vault: new VaultResolver({ token: kubernetes({ role: 'gateway' }) }), hashKey: '$ENV:TOKEN_HASH_KEY' });
 * ```
 */
export class VaultAuth implements Authenticator {
  readonly #vault: SecretResolver;
  readonly #hash: TokenHash;
  readonly #path: string;
  readonly #unknown: UnknownTokens;
  readonly #clock: Clock;

  /** @throws `invalid` for options that cannot work */
  constructor(options: VaultAuthOptions) {
    const { vault, hashKey, path = 'secret/data/tako/tokens', ttlMs = 60_000, unknownTtlMs = 5_000 } = options;
    const { maxEntries = 1_000, clock = systemClock(globalThis) } = options;
    const { environment = platformEnvironment(globalThis) ?? {} } = options;
    const given: Partial<SecretResolver> | undefined = vault; // callers without types pass anything
    if (typeof given?.resolve !== 'function') throw invalidOptions(source, 'vault is missing: pass a VaultResolver');
    if (!/^[^#/][^#]*[^#/]$/.test(path)) throw invalidOptions(source, 'path must not begin or end with a slash');
    for (const [option, value] of Object.entries({ ttlMs, unknownTtlMs, maxEntries })) {
      if (!(value >= 0)) throw invalidOptions(source, `${option} must be 0 or more`);
    }
    this.#hash = tokenHash(hashKey, environment);
    this.#vault = cachedResolver(vault, { clock, ttlMs, maxEntries });
    this.#path = path;
    this.#unknown = unknownTokens(unknownTtlMs, maxEntries, clock);
    this.#clock = clock;
  }

  /**
   * @returns the principal of the token's record: frozen
   * @throws `auth` when nobody knows the token, it has expired, or the scheme is not `bearer`; `transport`, `timeout`,
   *   `rate_limited` and the like when that cannot be told now: also when Vault is sealed, refuses our own token, or holds a record
   *   that cannot be read; `cancelled` when the signal aborts. Never with the token.
   */
  async authenticate(
    { token, scheme }: Credentials,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Principal> {
    if (signal?.aborted === true) throw cancelled(signal.reason);
    if (scheme !== 'bearer') throw refused('the scheme of the credentials is not bearer');
    if (!isToken(token)) throw refused('the token is none that could be known');
    const hash = await this.#hash(token);
    if (this.#unknown.has(hash)) throw refused('the token is not known');
    const { principal, expiresAtMs } = readRecord((await this.#lookUp(hash, signal)).expose());
    if (this.#clock.now() >= expiresAtMs) throw refused('the token has expired');
    return principal;
  }

  /**
   * The key under which the record of a token stands, for whoever gives tokens out: write it there, and the token works.
   *
   * @throws `invalid` for what cannot be a bearer token (RFC 6750, section 2.1)
   */
  async keyOf(token: string): Promise<string> {
    if (!isToken(token)) throw invalidOptions(source, 'a token has up to 8192 of A to Z, a to z, 0 to 9 and ._~+/-');
    return `${this.#path}/${await this.#hash(token)}`;
  }

  async #lookUp(hash: string, signal: AbortSignal | undefined): Promise<Secret> {
    try {
      return await this.#vault.resolve(`${this.#path}/${hash}`, { signal });
    } catch (error) {
      if (!isTakoError(error, 'not_found')) throw vaultFailure(error);
      this.#unknown.add(hash);
      throw refused('the token is not known');
    }
  }
}

function refused(why: string): TakoError {
  return new TakoError('auth', `${source}: ${why}`, { source });
}
