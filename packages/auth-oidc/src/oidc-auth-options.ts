import type { Clock, Environment } from '@tako/core';

import type { IntrospectionOptions } from './introspection/introspection-options.js';
import type { OidcClaims } from './oidc-claims.js';

/** Which identity provider is trusted, and which of its tokens are good. */
export interface OidcAuthOptions {
  /** The issuer's address, https, exactly as the identity provider writes it: a slash at the end counts. */
  readonly issuer: string;
  /** Who the tokens must be for: one of these must be in `aud`. */
  readonly audience: string | readonly string[];
  /**
   * Which tokens are taken.
   *
   * - `jwt`: JSON Web Tokens, checked here with the identity provider's keys. One that was revoked is good until it ends.
   * - `opaque`: the identity provider is asked about every token, whatever it looks like
   * - `both`: JSON Web Tokens are checked here, and the identity provider is asked about the others; see also
   *   `introspection.askAboutJwt`
   *
   * @defaultValue 'opaque' with `introspection`, else 'jwt'
   */
  readonly mode?: 'jwt' | 'opaque' | 'both' | undefined;
  /** How the identity provider is asked about tokens; for the modes `opaque` and `both`. */
  readonly introspection?: IntrospectionOptions | undefined;
  /** Certificates in PEM form that are trusted besides the platform's own, for an identity provider with a private authority. */
  readonly ca?: string | undefined;
  /** Which claims make up the principal. */
  readonly claims?: OidcClaims | undefined;
  /** Tokens bound by DPoP (RFC 9449) are taken, and their proofs checked. Without this option they are refused. */
  readonly dpop?: DpopOptions | undefined;
  /**
   * The `typ` that the header of a JSON Web Token must have: `at+jwt` lets no ID token pass (RFC 9068, section 2.1). Not every
   * identity provider sends it. Without this option it is not looked at.
   */
  readonly typ?: string | undefined;
  /** How far the clocks may differ, for `exp`, `nbf` and `iat`. @defaultValue 30000 */
  readonly leewayMs?: number | undefined;
  /** The longest wait for an answer of the identity provider. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined;
  /** The keys are loaded anew when they are older. @defaultValue 3600000 */
  readonly keysMaxAgeMs?: number | undefined;
  /** Keys of this age are still used when newer ones cannot be loaded. @defaultValue 86400000 */
  readonly keysMaxStaleMs?: number | undefined;
  /**
   * The keys are loaded at most once in this time, however many tokens name a key that is not among them. A new key that was not
   * published beforehand may be unknown for as long.
   * @defaultValue 30000
   */
  readonly keysCoolDownMs?: number | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the platform's environment */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}

/** What proofs of DPoP are checked against: RFC 9449, section 4.3. */
export interface DpopOptions {
  /**
   * Our own address as callers know it, https, for example `https://agents.acme.example`. A proof names the address of its request,
   * and a server behind a proxy sees another one. The `Host` header is not taken for it: whoever calls writes it.
   */
  readonly baseUrl: string;
  /** How old a proof may be. @defaultValue 60000 */
  readonly maxAgeMs?: number | undefined;
  /** Proofs remembered, so that none is shown twice. Further ones are `rate_limited` until there is room. @defaultValue 100000 */
  readonly maxProofs?: number | undefined;
}
