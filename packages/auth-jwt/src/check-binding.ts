import { timingSafeEqual } from 'node:crypto';

import type { Credentials } from '@tako/core';

import { refused } from './refused.js';
import { isObject, own, type TokenObject } from './token-text.js';

/**
 * Checks that a token which is bound to a client certificate came with it: `x5t#S256` of RFC 8705, section 3.1.
 *
 * A token that is bound in any other way (`jkt` of RFC 9449, `jwk` of RFC 7800) is refused: taken without its proof, a stolen one
 * would do.
 *
 * @throws `auth`
 */
export function checkBinding(claims: TokenObject, { request }: Credentials): void {
  if (!Object.hasOwn(claims, 'cnf')) return;
  const cnf = claims['cnf'];
  const wanted = isObject(cnf) && Object.keys(cnf).length === 1 ? own(cnf, 'x5t#S256') : undefined;
  if (typeof wanted !== 'string') throw refused('the token is bound in a way that is not checked here');
  const shown = request?.clientCertificateThumbprint;
  if (shown === undefined) throw refused('the token is bound to a client certificate, and none was shown');
  const [a, b] = [Buffer.from(wanted), Buffer.from(shown)];
  if (a.length !== b.length || !timingSafeEqual(a, b)) {
    throw refused('the token is bound to another client certificate');
  }
}
