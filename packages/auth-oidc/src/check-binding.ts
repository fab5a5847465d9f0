import { timingSafeEqual } from 'node:crypto';

import { TakoError, type AuthRequest } from '@tako/core';

import type { TokenClaims } from './to-principal.js';

/**
 * Checks that a token is shown by whom it was given to, where it says so in `cnf`.
 *
 * RFC 8705, section 3.1: `x5t#S256` is the SHA-256 of the client certificate. A token that is bound in any other way (`jkt` of
 * RFC 9449, `jwk` of RFC 7800) is refused: taken without its proof, a stolen one would do.
 *
 * @throws `auth`
 */
export function checkBinding(claims: TokenClaims, request: AuthRequest | undefined): void {
  if (!Object.hasOwn(claims, 'cnf')) return;
  const bound: unknown = claims['cnf'];
  const wanted =
    typeof bound === 'object' && bound !== null && Object.keys(bound).length === 1 && 'x5t#S256' in bound
      ? bound['x5t#S256']
      : undefined;
  if (typeof wanted !== 'string')
    throw new TakoError('auth', 'the token is bound in a way that cannot be checked here');
  const shown = request?.clientCertificateThumbprint;
  if (shown === undefined)
    throw new TakoError('auth', 'the token is bound to a client certificate, and none was shown');
  const [a, b] = [Buffer.from(wanted), Buffer.from(shown)];
  if (a.length !== b.length || !timingSafeEqual(a, b)) {
    throw new TakoError('auth', 'the token is bound to another client certificate');
  }
}
