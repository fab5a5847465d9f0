import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';

import { invalidOptions, isSecret, type Secret } from '@tako/core';

import { keyShapes, type JwtAlgorithm, type PublicKeyAlgorithm } from './jwt-algorithm.js';
import { source } from './source.js';

/** Beyond them an RSA signature takes longer to check than a token is worth. */
const maxRsaBits = 16_384;

/**
 * Whether a key may be used with an algorithm: its kind, its curve, its size.
 *
 * RSA keys have 2048 bits or more (RFC 7518, section 3.3) and an exponent beyond 1, with which every message would be its own
 * signature.
 */
export function fits(key: KeyObject, algorithm: JwtAlgorithm): boolean {
  const shape = keyShapes[algorithm];
  if (shape.type === 'oct') return key.type === 'secret' && (key.symmetricKeySize ?? 0) >= shape.minBytes;
  if (key.type !== 'public' || key.asymmetricKeyType !== shape.type) return false;
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (shape.type === 'rsa') return modulusLength >= 2_048 && modulusLength <= maxRsaBits && publicExponent > 2n;
  return shape.type === 'ed25519' || namedCurve === shape.curve;
}

/** @throws `invalid` for a secret that is missing or too short; never with it */
export function secretKey(algorithm: 'HS256', secret: string | Uint8Array | Secret | undefined): KeyObject {
  const given: unknown = isSecret(secret) ? secret.expose() : secret;
  if (typeof given === 'string' && given.startsWith('$ENV:')) {
    // As a text it would do, and everybody could guess it.
    throw invalidOptions(source, 'pass the secret itself: names of environment variables are not looked up');
  }
  const bytes = typeof given === 'string' ? Buffer.from(given) : given;
  const key = bytes instanceof Uint8Array && bytes.length > 0 ? createSecretKey(bytes) : undefined;
  if (key === undefined || !fits(key, algorithm)) {
    throw invalidOptions(source, `a secret for ${algorithm} needs 32 bytes or more`);
  }
  return key;
}

/** @throws `invalid` for a PEM that is no public key, or none that fits; never with it */
export function publicKey(algorithm: PublicKeyAlgorithm, pem: string | undefined): KeyObject {
  const key = readPem(algorithm, pem);
  if (!fits(key, algorithm)) throw invalidOptions(source, `the key is not for ${algorithm}, or too short for it`);
  return key;
}

function readPem(algorithm: string, pem: string | undefined): KeyObject {
  // A private key would be read as its public half: whoever configures one gave away more than was needed.
  if (typeof pem !== 'string' || !/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) {
    throw invalidOptions(source, `pass the public key for ${algorithm} as PEM (SPKI, "BEGIN PUBLIC KEY")`);
  }
  try {
    return createPublicKey(pem);
  } catch {
    throw invalidOptions(source, `the public key for ${algorithm} cannot be read`); // the cause could quote the PEM
  }
}
