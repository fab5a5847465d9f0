/** Signatures alone: with a shared secret (HS256), whoever knows the public key could sign. Source: RFC 8725, section 3.1. */
export const signatureAlgorithms: string[] =
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 Ed25519 EdDSA'.split(' ');
