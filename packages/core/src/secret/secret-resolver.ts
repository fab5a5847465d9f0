import type { Secret } from './secret.js';

/** Fetches secrets by key from where a company keeps them. */
export interface SecretResolver {
  /**
   * @throws `not_found`, `permission`, `auth`, `transport`, `timeout`, `rate_limited` or `invalid` (the key), with the
   *   key's name and never its value; `cancelled` when the signal aborts.
   */
  resolve(key: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<Secret>;
  /** A function that any option of type `Credential` takes; it resolves the key whenever the credential is used. */
  secret(key: string): () => Promise<Secret>;
}
