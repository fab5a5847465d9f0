import { isTakoError, TakoError } from '@tako/core';
import type { TokenClaims } from '@tako/core/provider';
import { errors, jwtVerify } from 'jose';

import { isCompactJws } from './compact-jws.js';
import type { KeySet } from './key-set.js';
import { signatureAlgorithms } from './signature-algorithms.js';

/** What a token must say. */
export interface TokenRules {
  readonly issuer: string;
  /** One of them must be among the token's. */
  readonly audience: readonly string[];
  /** The header's `typ`, where it is checked. */
  readonly typ: string | undefined;
  readonly leewayMs: number;
}

/**
 * The claims of a JSON Web Token (RFC 7519) that the identity provider signed for us and that is good now.
 *
 * @throws `auth` when it is not; what the key set throws when its keys cannot be had
 */
export async function verifyToken(
  token: string,
  { keys, rules, nowMs, signal }: { keys: KeySet; rules: TokenRules; nowMs: number; signal: AbortSignal | undefined },
): Promise<TokenClaims> {
  const { issuer, audience, typ, leewayMs } = rules;
  if (!isCompactJws(token)) throw new TakoError('auth', 'the token is no JSON Web Token');
  try {
    const { payload } = await jwtVerify(
      token,
      (header, jws) => {
        // RFC 7515, section 4.1.11: what is critical must be understood, and we understand no extension.
        if (header.crit !== undefined) throw new TakoError('auth', 'the token has critical extensions');
        return keys.find(header, jws, signal);
      },
      {
        algorithms: signatureAlgorithms,
        issuer,
        audience: [...audience],
        requiredClaims: ['exp'],
        clockTolerance: leewayMs / 1_000,
        currentDate: new Date(nowMs),
        ...(typ === undefined ? {} : { typ }),
      },
    );
    // JSON has numbers that are more than any time, and jose takes them.
    for (const at of [payload.exp, payload.nbf, payload.iat]) {
      if (at !== undefined && !Number.isFinite(at)) throw new TakoError('auth', 'the token has a time that is none');
    }
    if (payload.iat !== undefined && payload.iat * 1_000 > nowMs + leewayMs) {
      throw new TakoError('auth', 'the token was issued in the future');
    }
    return payload;
  } catch (error) {
    if (isTakoError(error)) throw error;
    throw new TakoError('auth', refusal(error)); // no cause: jose's errors hold the claims
  }
}

function refusal(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    // Only names that we asked about: jose never puts one there that the token brought.
    return error.reason === 'missing' ? `the token has no ${error.claim}` : `the token’s ${error.claim} is wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the token’s algorithm is not allowed';
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'the token is signed with a key that the identity provider does not have';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'the token does not say which key it is signed with';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the token’s signature is wrong';
  return 'the token cannot be read';
}
