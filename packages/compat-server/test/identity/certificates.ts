import { createHash, X509Certificate } from 'node:crypto';

import { certificateAuthority, selfSignedClient, type CertifiedKey } from '@tako/testing/loopback';

/** What a server on loopback shows, and who vouches for it: all PEM. */
export interface LoopbackTls extends CertifiedKey {
  readonly ca: string;
}

/** What a client shows. */
export interface ClientTls extends CertifiedKey {
  /** `x5t#S256` of RFC 8705, section 3.1. */
  readonly thumbprint: string;
}

/** An authority, made anew, with a certificate of this machine's names. */
export function loopbackTls(name = 'Acme root'): LoopbackTls {
  const authority = certificateAuthority(name);
  return { ca: authority.cert, ...authority.server() };
}

/** A certificate of a client, that only it itself vouches for. */
export function clientTls(name: string): ClientTls {
  const pair = selfSignedClient(name);
  return { ...pair, thumbprint: createHash('sha256').update(new X509Certificate(pair.cert).raw).digest('base64url') };
}
