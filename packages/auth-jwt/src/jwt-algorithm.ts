/**
 * Algorithms of signatures: RFC 7518, section 3.1; RFC 8037, section 3.1, for `EdDSA`, which here is Ed25519 alone; RFC 9864 for
 * its newer name `Ed25519`.
 */
export type JwtAlgorithm = 'HS256' | 'HS384' | 'HS512' | PublicKeyAlgorithm;

/** Those whose keys may be published. */
export type PublicKeyAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519';

/** What a key must be to be one for an algorithm. */
export type KeyShape =
  | { readonly type: 'oct'; readonly minBytes: number }
  | { readonly type: 'rsa' }
  | { readonly type: 'ec'; readonly curve: string }
  | { readonly type: 'ed25519' };

const rsa = { type: 'rsa' } as const;
const ed25519 = { type: 'ed25519' } as const;

/** RFC 7518, section 3.2, asks for secrets as long as the hash; section 3.4 gives each curve one algorithm. */
export const keyShapes: Readonly<Record<JwtAlgorithm, KeyShape>> = {
  HS256: { type: 'oct', minBytes: 32 },
  HS384: { type: 'oct', minBytes: 48 },
  HS512: { type: 'oct', minBytes: 64 },
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: { type: 'ec', curve: 'prime256v1' },
  ES384: { type: 'ec', curve: 'secp384r1' },
  ES512: { type: 'ec', curve: 'secp521r1' },
  EdDSA: ed25519,
  Ed25519: ed25519,
};

/** Whether it is the name of an algorithm that is known here; never one that every object inherits. */
export function isAlgorithm(name: unknown): name is JwtAlgorithm {
  return typeof name === 'string' && Object.hasOwn(keyShapes, name);
}
