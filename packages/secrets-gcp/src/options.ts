import type { Clock, Environment, Secret } from '@tako/core';
import type { Fetch, VaultSend } from '@tako/core/provider';

/** An access token with its end. */
export interface GcpToken {
  readonly token: string | Secret;
  /** Milliseconds since 1970-01-01 UTC. A token is renewed some minutes before. */
  readonly expiresAtMs: number;
}

/** What a source of tokens is given. */
export interface GcpTokenContext {
  /** Sends a request, follows no redirect, and reads no more than 1 MiB. */
  readonly send: VaultSend;
  readonly clock: Clock;
  readonly environment: Environment;
  /** Aborts when nobody waits any longer. */
  readonly signal: AbortSignal;
}

/**
 * Gives tokens: `metadataServer()`, `serviceAccount({ … })`, `workloadIdentity({ … })`, or a function of your own. A token with an
 * end is kept until shortly before it; one without is asked for at each request. What a function throws is what the caller gets.
 */
export type GcpTokenSource = (
  context: GcpTokenContext,
) => string | Secret | GcpToken | Promise<string | Secret | GcpToken>;

/** Options of `GcpSecretManagerResolver`. */
export interface GcpSecretManagerResolverOptions {
  /** Id or number of the project, for keys that do not name one. */
  readonly projectId?: string | undefined;
  /** For example `europe-west3`, for regional secrets. @defaultValue global secrets */
  readonly location?: string | undefined;
  /** An access token, also as `$ENV:NAME`, or what gives one. */
  readonly token: string | Secret | GcpTokenSource;
  /**
   * https, or http on exactly `localhost`, `127.0.0.1` or `[::1]`.
   *
   * @defaultValue `https://secretmanager.googleapis.com`, with `location` `https://secretmanager.LOCATION.rep.googleapis.com`
   */
  readonly endpointUrl?: string | undefined;
  /**
   * `utf8` gives the bytes of a secret as text, and refuses those that are none; `base64` gives any bytes as base64.
   *
   * @defaultValue `utf8`
   */
  readonly encoding?: 'utf8' | 'base64' | undefined;
  /** For one secret, tokens included, in milliseconds. @defaultValue 15 000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}
