import type { Secret } from './secret.js';

/** What goes with a question for a secret. */
export interface ResolveOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Fetches secrets by key from where a company keeps them. */
export interface SecretResolver {
  /**
   * The secret as it is now.
   *
   * @throws with the key's name and never its value: `not_found`; `permission`; `auth` (the resolver's own credential);
   *   `rate_limited`, with `retryAfterMs` where the store says; `timeout`, `transport`; `overloaded`, `provider` and
   *   `malformed_response` (the store fails on its side); `invalid` (the key, before anything is sent, or a wrong address);
   *   `cancelled` when the signal aborts.
   */
  resolve(key: string, options?: ResolveOptions): Promise<Secret>;
  /** A function that any option of type `Credential` takes; it resolves the key whenever the credential is used. */
  secret(key: string): () => Promise<Secret>;
}
