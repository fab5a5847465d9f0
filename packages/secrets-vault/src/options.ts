import type { Clock, Environment, HttpTransport, Secret } from '@tako/core';
import type { Fetch } from '@tako/core/provider';

/** A token with its end. */
export interface VaultToken {
  readonly token: string | Secret;
  /** Milliseconds since 1970-01-01 UTC. The token is replaced some minutes before. */
  readonly expiresAtMs: number;
}

/** What a source of tokens, or a login, is given. */
export interface VaultTokenContext {
  readonly environment: Environment;
  /** Aborts when nobody waits any longer. */
  readonly signal: AbortSignal;
}

/** Gives tokens. One with an end is kept until shortly before it; one without is asked for at each request. */
export type VaultTokenSource = (
  context: VaultTokenContext,
) => string | Secret | VaultToken | Promise<string | Secret | VaultToken>;

/** A login that gives tokens: `appRole({ … })`, `kubernetes({ … })`, or one of your own for another auth method. */
export interface VaultLogin {
  /** Below `/v1/`, for example `auth/jwt/login`. */
  readonly path: string;
  /** What is sent, asked for at each login. */
  readonly body: (context: VaultTokenContext) => LoginBody | Promise<LoginBody>;
}

/** The fields of a login. */
type LoginBody = { readonly [field: string]: string };

/** Options of `VaultResolver`. */
export interface VaultResolverOptions {
  /**
   * For example `https://vault.example.com:8200`: https, or http on exactly `localhost`, `127.0.0.1` or `[::1]`.
   * @defaultValue `VAULT_ADDR` of the environment
   */
  readonly address?: string | undefined;
  /** A token, also as `$ENV:NAME`, or what gives one. @defaultValue `$ENV:VAULT_TOKEN` */
  readonly token?: string | Secret | VaultTokenSource | VaultLogin | undefined;
  /**
   * The namespace (Vault Enterprise, HCP) of the secrets and of the login, for example `team/web`.
   * @defaultValue `VAULT_NAMESPACE` of the environment, or none
   */
  readonly namespace?: string | undefined;
  /** The namespace of the login, where it is another one: tokens reach into the namespaces below theirs. @defaultValue `namespace` */
  readonly loginNamespace?: string | undefined;
  /** Of the key-value engine: with 1 keys are `mount/path[#field]`. @defaultValue 2 */
  readonly kvVersion?: 1 | 2 | undefined;
  /** For one secret, logins included, in milliseconds. @defaultValue 15 000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sends the requests in place of `fetch`, for example with a certificate authority of your own. @defaultValue an adapter over `fetch` */
  readonly transport?: HttpTransport | undefined;
  /** Where `$ENV:NAME` and the names above are looked up. @defaultValue the process's environment */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}
