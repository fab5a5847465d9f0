import type { KeyObject } from 'node:crypto';

import type { Secret } from '@tako/core';

import type { JwtAlgorithm } from './jwt-algorithm.js';
import type { JwtKeys } from './jwt-keys.js';
import { publicKey, secretKey } from './verification-key.js';

/**
 * HMAC with SHA-256 (RFC 7518, section 3.2). Whoever can check such a token can make one.
 *
 * @param secret 32 bytes or more; of a text its UTF-8 bytes count, as they are
 * @throws `invalid` for a secret that is missing or shorter, or a text that begins with `$ENV:`
 */
export function hs256(secret: string | Uint8Array | Secret | undefined): JwtKeys {
  return one(['HS256'], secretKey('HS256', secret));
}

/**
 * RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3).
 *
 * @param pem the public key (SPKI), of 2048 bits or more
 * @throws `invalid` for any other
 */
export function rs256(pem: string | undefined): JwtKeys {
  return one(['RS256'], publicKey('RS256', pem));
}

/**
 * ECDSA on P-256 with SHA-256 (RFC 7518, section 3.4).
 *
 * @param pem the public key (SPKI)
 * @throws `invalid` for any other
 */
export function es256(pem: string | undefined): JwtKeys {
  return one(['ES256'], publicKey('ES256', pem));
}

/**
 * EdDSA on Curve25519. Tokens call it `EdDSA` (RFC 8037, section 3.1) or `Ed25519` (RFC 9864, section 2.2): both are the same.
 *
 * @param pem the public key (SPKI)
 * @throws `invalid` for any other
 */
export function ed25519(pem: string | undefined): JwtKeys {
  return one(['EdDSA', 'Ed25519'], publicKey('Ed25519', pem));
}

/** One key has no need of a name: `kid` is not looked at. */
function one(algorithms: readonly JwtAlgorithm[], key: KeyObject): JwtKeys {
  return { algorithms, find: async () => key };
}
