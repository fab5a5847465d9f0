import type { Principal } from '../provider/principal.js';

/** What a caller showed of itself. */
export interface Credentials {
  /** The token, without its scheme. */
  readonly token: string;
  /** The scheme in lower case, for example `bearer` or `dpop`. */
  readonly scheme: string;
  /** The request it came with, for checks that bind a token to one. */
  readonly request?: AuthRequest | undefined;
}

/** The parts of an HTTP request that an authenticator may look at. */
export interface AuthRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined };
  /** SHA-256 of the client certificate in DER form, base64url, where the connection had one. */
  readonly clientCertificateThumbprint?: string | undefined;
}

/** Finds out who is calling. */
export interface Authenticator {
  /**
   * @throws `auth` when the token is not good; `transport`, `timeout`, `rate_limited`, `circuit_open` or `budget_exhausted`
   *   when that cannot be told now; `cancelled` when the signal aborts. Never with the token.
   */
  authenticate(credentials: Credentials, options?: { readonly signal?: AbortSignal | undefined }): Promise<Principal>;
}
