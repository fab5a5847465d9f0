import { createHmac, createPublicKey, generateKeyPair, randomBytes, sign, createSecretKey } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** Algorithms by their names of RFC 7518, section 3.1, and RFC 8037, section 3.1. */
export type TokenAlgorithm = 'HS256' | 'RS256' | 'ES256' | 'EdDSA';

/** Who signs tokens. */
export interface TokenSigner {
  readonly algorithm: TokenAlgorithm;
  /** A private key, or for HS256 a secret one. */
  readonly key: KeyObject;
  /** What its tokens have as `kid`. @defaultValue none */
  readonly keyId?: string | undefined;
}

/** What a token says. */
export interface TokenContent {
  /** Laid over `alg`, `kid` and `typ`; what is `undefined` is left out. */
  readonly header?: { readonly [name: string]: unknown } | undefined;
  /** The claims; text and bytes are taken as they are. */
  readonly payload: { readonly [name: string]: unknown } | string | Uint8Array;
}

const generate = promisify(generateKeyPair);

/** A signer with a new key. */
export async function newSigner(algorithm: TokenAlgorithm, keyId?: string): Promise<TokenSigner> {
  switch (algorithm) {
    case 'HS256':
      return { algorithm, keyId, key: createSecretKey(randomBytes(32)) };
    case 'RS256':
      return { algorithm, keyId, key: (await generate('rsa', { modulusLength: 2_048 })).privateKey };
    case 'ES256':
      return { algorithm, keyId, key: (await generate('ec', { namedCurve: 'P-256' })).privateKey };
    case 'EdDSA':
      return { algorithm, keyId, key: (await generate('ed25519')).privateKey };
  }
}

/** A JWT in compact form: RFC 7515, section 3.1. Nothing is checked: it may be as wrong as it is wanted. */
export function signToken(signer: TokenSigner, { header, payload }: TokenContent): string {
  const whole = { alg: signer.algorithm, kid: signer.keyId, typ: 'JWT', ...header };
  const isRaw = typeof payload === 'string' || payload instanceof Uint8Array;
  const body = isRaw ? payload : JSON.stringify(payload);
  const input = `${Buffer.from(JSON.stringify(whole)).toString('base64url')}.${Buffer.from(body).toString('base64url')}`;
  return `${input}.${signature(signer, input).toString('base64url')}`;
}

/** The public half of a signer's key, as key sets have it: RFC 7517. */
export function publicJwk({ algorithm, key, keyId }: TokenSigner): JsonWebKey {
  const jwk: JsonWebKey = { ...createPublicKey(key).export({ format: 'jwk' }), alg: algorithm, use: 'sig' };
  return keyId === undefined ? jwk : { ...jwk, kid: keyId };
}

function signature({ algorithm, key }: TokenSigner, input: string): Buffer {
  const bytes = Buffer.from(input);
  switch (algorithm) {
    case 'HS256':
      return createHmac('sha256', key).update(bytes).digest();
    case 'RS256':
      return sign('sha256', bytes, key);
    case 'ES256':
      return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return sign(null, bytes, key);
  }
}
