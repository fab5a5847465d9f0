import type { Clock, Environment, Secret } from '@tako/core';
import type { Fetch, VaultSend } from '@tako/core/provider';

/** An access token with its end. */
export interface AzureToken {
  readonly token: string | Secret;
  /** Milliseconds since 1970-01-01 UTC. A token is renewed some minutes before. */
  readonly expiresAtMs: number;
}

/** What a source of tokens is given. */
export interface AzureTokenContext {
  /** What the token must be for, for example `https://vault.azure.net`. */
  readonly resource: string;
  /** Where applications of this cloud sign in, for example `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** The tenant that the vault belongs to, as the vault itself says. @throws `auth` where what it says cannot be believed. */
  readonly tenant: () => Promise<string>;
  /** Sends a request, follows no redirect, and reads no more than 1 MiB. */
  readonly send: VaultSend;
  readonly clock: Clock;
  readonly environment: Environment;
  /** Aborts when nobody waits any longer. */
  readonly signal: AbortSignal;
}

/**
 * Gives tokens: `managedIdentity()`, `workloadIdentity()`, `clientSecret({ … })`, or a function of your own. A token with an end
 * is kept until shortly before it; one without is asked for at each request. What a function throws is what the caller gets.
 */
export type AzureTokenSource = (
  context: AzureTokenContext,
) => string | Secret | AzureToken | Promise<string | Secret | AzureToken>;

/** Options of `AzureKeyVaultResolver`. */
export interface AzureKeyVaultResolverOptions {
  /** For example `https://my-vault.vault.azure.net`: https, or http on exactly `localhost`, `127.0.0.1` or `[::1]`. */
  readonly vaultUrl: string;
  /** An access token, also as `$ENV:NAME`, or what gives one. */
  readonly token: string | Secret | AzureTokenSource;
  /** The version of Key Vault's API; `7.4` for a cloud that has no newer one. @defaultValue `2025-07-01` */
  readonly apiVersion?: string | undefined;
  /** Where applications sign in. @defaultValue by the vault's domain */
  readonly authorityHost?: string | undefined;
  /** What tokens are for. @defaultValue by the vault's domain; required for a vault outside of Microsoft's */
  readonly resource?: string | undefined;
  /** For one secret, tokens included, in milliseconds. @defaultValue 15 000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Where `$ENV:NAME` and the names of the built-in sources are looked up. @defaultValue the process's environment */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}
