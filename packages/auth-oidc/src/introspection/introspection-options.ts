import type { Credential, Secret } from '@tako/core';

import type { MtlsSource } from '../mtls/mtls-source.js';
import type { ClientAuthMethod } from './client-auth-method.js';

/** A key that we sign with, to show who we are. */
export interface ClientKey {
  /** The private key, PKCS #8 in PEM form; a function is asked whenever it is used. RSA: 2048 bits or more (RFC 7518, section 3.3). */
  readonly pem: string | Secret | (() => string | Secret | Promise<string | Secret>);
  /** Must be that of the key: RSA, P-256 or Ed25519. */
  readonly algorithm: 'RS256' | 'ES256' | 'Ed25519';
  /** By which name the identity provider knows the key. */
  readonly keyId?: string | undefined;
}

/** How the identity provider is asked about tokens: RFC 7662. */
export interface IntrospectionOptions {
  /** Our own name at the identity provider. */
  readonly clientId: string;
  /** How we show who we are. `auto` takes the strongest method that both sides have. @defaultValue 'auto' */
  readonly method?: ClientAuthMethod | 'auto' | undefined;
  /** For the three methods with a secret. */
  readonly clientSecret?: Credential | undefined;
  /** For `private_key_jwt`. */
  readonly privateKey?: ClientKey | undefined;
  /**
   * The client certificate: itself, files that are read again when they change, or a function that is asked again when 80 % of the
   * certificate's time is over. Two methods are made of it; with any other it is shown too, to servers that ask for one.
   */
  readonly mtls?: MtlsSource | undefined;
  /** Is told about each certificate that came from the files or the function, and about each failure to get one. */
  readonly onMtlsReload?: ((outcome: MtlsReload) => void) | undefined;
  /** Where to ask, https. @defaultValue what the metadata says; with mutual TLS its alias (RFC 8705, section 5) */
  readonly endpoint?: string | undefined;
  /** Certificates in PEM form that are trusted besides the others, for this endpoint alone. */
  readonly ca?: string | undefined;
  /** The `aud` of the JSON Web Tokens that we sign. @defaultValue the issuer */
  readonly assertionAudience?: string | undefined;
  /**
   * Whether answers that name no `aud` are refused. RFC 7662, section 2.2, lets the identity provider leave it out; without it, a
   * token that was made for somebody else would do, unless the identity provider calls it inactive for us.
   * @defaultValue true
   */
  readonly requireAudience?: boolean | undefined;
  /** In mode `both`: JSON Web Tokens that are good are asked about too, so that revoked ones are refused. @defaultValue false */
  readonly askAboutJwt?: boolean | undefined;
  /** How long a good answer serves, at most: no longer than the token is good. A revoked token passes for as long. @defaultValue 30000 */
  readonly ttlMs?: number | undefined;
  /** How long a bad answer serves. @defaultValue 5000 */
  readonly refusedTtlMs?: number | undefined;
  /** Good answers kept. Of bad ones as many are, but no more than 1000. @defaultValue 5000 */
  readonly maxEntries?: number | undefined;
}

/** What became of a reload. */
export type MtlsReload =
  | { readonly type: 'reloaded'; readonly notAfterMs: number }
  /** The old certificate stays in use. */
  | { readonly type: 'failed'; readonly error: unknown };
