import { timingSafeEqual } from 'node:crypto';

import { TakoError, type Credentials } from '@tako/core';
import type { TokenClaims } from '@tako/core/provider';

import { checkDpopProof, type DpopRules } from './dpop-proof.js';

/**
 * Checks that a token is shown by whom it was given to, where it says so in `cnf`.
 *
 * RFC 8705, section 3.1: `x5t#S256` is the SHA-256 of the client certificate. RFC 9449, section 6.1: `jkt` is that of the key of a
 * DPoP proof. A token that is bound in any other way (`jwk` of RFC 7800) is refused: taken without its proof, a stolen one would do.
 *
 * @param dpop without it, tokens bound by DPoP are refused
 * @throws `auth`; `rate_limited` when too many proofs came to remember them
 */
export async function checkBinding(
  claims: TokenClaims,
  { token, scheme, request }: Credentials,
  dpop: DpopRules | undefined,
  nowMs: number,
): Promise<void> {
  const { certificate, thumbprint } = readConfirmation(claims, dpop !== undefined);
  // RFC 9449, section 7.2: a bound token is not taken as a bearer token; nor is any other with the scheme DPoP.
  if ((scheme === 'dpop') !== (thumbprint !== undefined)) {
    throw new TakoError('auth', `the scheme ${scheme} is not that of the token`);
  }
  if (certificate !== undefined) checkCertificate(certificate, request?.clientCertificateThumbprint);
  if (thumbprint !== undefined && dpop !== undefined) await checkDpopProof({ token, thumbprint, request }, dpop, nowMs);
}

interface Confirmation {
  readonly certificate?: string;
  readonly thumbprint?: string;
}

/** All that `cnf` names: each must be known, and none may be left unchecked. */
function readConfirmation(claims: TokenClaims, takesDpop: boolean): Confirmation {
  if (!Object.hasOwn(claims, 'cnf')) return {};
  const cnf: unknown = claims['cnf'];
  const members = typeof cnf === 'object' && cnf !== null ? Object.entries(cnf) : [];
  const found: { certificate?: string; thumbprint?: string } = {};
  for (const [name, value] of members as [string, unknown][]) {
    if (name === 'x5t#S256' && typeof value === 'string') found.certificate = value;
    else if (name === 'jkt' && typeof value === 'string' && takesDpop) found.thumbprint = value;
    else throw cannotCheck();
  }
  if (members.length === 0) throw cannotCheck();
  return found;
}

function cannotCheck(): TakoError {
  return new TakoError('auth', 'the token is bound in a way that cannot be checked here');
}

function checkCertificate(wanted: string, shown: string | undefined): void {
  if (shown === undefined)
    throw new TakoError('auth', 'the token is bound to a client certificate, and none was shown');
  const [a, b] = [Buffer.from(wanted), Buffer.from(shown)];
  if (a.length !== b.length || !timingSafeEqual(a, b)) {
    throw new TakoError('auth', 'the token is bound to another client certificate');
  }
}
