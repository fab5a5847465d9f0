import { createHash, timingSafeEqual } from 'node:crypto';

import { isTakoError, TakoError, type AuthRequest } from '@tako/core';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWTPayload } from 'jose';

import { isCompactJws } from './compact-jws.js';
import type { ReplayGuard } from './replay-guard.js';
import { signatureAlgorithms } from './signature-algorithms.js';

/** What a proof is checked against. */
export interface DpopRules {
  /** Our address as callers know it, without a slash at its end: the path of a request follows. */
  readonly baseUrl: string;
  /** How old a proof may be. */
  readonly maxAgeMs: number;
  readonly leewayMs: number;
  readonly guard: ReplayGuard;
}

/** Longer ones are refused unread: a proof holds one key and a few claims. */
const maxCharacters = 8_192;

/**
 * Checks the proof in the `dpop` header of a request: RFC 9449, section 4.3.
 *
 * @param thumbprint `jkt` of the token: the SHA-256 of the key that the proof must be signed with (section 6.1)
 * @throws `auth`; `rate_limited` when too many proofs came to remember them
 */
export async function checkDpopProof(
  { token, thumbprint, request }: { token: string; thumbprint: string; request: AuthRequest | undefined },
  rules: DpopRules,
  nowMs: number,
): Promise<void> {
  const proof = request?.headers['dpop'];
  if (request === undefined || proof === undefined) throw refused('is missing');
  // Two headers are joined with a comma, which no proof has.
  if (proof.length > maxCharacters || !isCompactJws(proof)) throw refused('is no JSON Web Token');

  const { payload, signer } = await readProof(proof, rules, nowMs);
  const { jti, htm, htu, ath, iat } = payload;
  if (!equal(signer, thumbprint)) throw refused('is signed with another key than the token is bound to');
  if (htm !== request.method) throw refused('is for another method');
  const target = targetOf(request.url, rules.baseUrl);
  if (target === undefined || typeof htu !== 'string' || normalized(htu) !== target)
    throw refused('is for another address');
  if (typeof ath !== 'string' || !equal(ath, sha256(token))) throw refused('is for another token');
  if (typeof jti !== 'string' || jti === '') throw refused('has no jti');
  if (typeof iat !== 'number' || !Number.isFinite(iat) || iat * 1_000 > nowMs + rules.leewayMs)
    throw refused('was made in the future');
  const endMs = iat * 1_000 + rules.maxAgeMs + rules.leewayMs;
  if (nowMs >= endMs) throw refused('is too old');
  // Last: only who has the token's key can fill the memory. Section 11.1: the jti is kept by the context it was made for.
  rules.guard.pass(sha256(`${signer} ${jti}`), endMs);
}

async function readProof(
  proof: string,
  { leewayMs }: DpopRules,
  nowMs: number,
): Promise<{ readonly payload: JWTPayload; readonly signer: string }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(
      proof,
      (header, jws) => {
        if (header.crit !== undefined) throw refused('has critical extensions');
        return EmbeddedJWK(header, jws); // throws for a private key
      },
      {
        algorithms: signatureAlgorithms,
        typ: 'dpop+jwt',
        currentDate: new Date(nowMs),
        clockTolerance: leewayMs / 1_000,
      },
    );
    const { jwk } = protectedHeader;
    if (jwk === undefined) throw refused('names no key');
    return { payload, signer: await calculateJwkThumbprint(jwk, 'sha256') };
  } catch (error) {
    if (isTakoError(error)) throw error;
    throw refused('cannot be read, or its signature is wrong'); // no cause: jose's errors hold the claims
  }
}

/**
 * The address of a request without query and fragment, as callers know it; `undefined` when it is none of ours. A request may name
 * the whole address (RFC 9112, section 3.2.2), or dots that lead out of ours: whoever sends it chooses.
 */
function targetOf(url: string, baseUrl: string): string | undefined {
  const target = normalized(url.startsWith('/') ? `${baseUrl}${url}` : url);
  return target?.startsWith(`${baseUrl}/`) === true ? target : undefined;
}

/** RFC 3986, section 6.2.2: case, default port, dot segments. */
function normalized(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function refused(why: string): TakoError {
  return new TakoError('auth', `the DPoP proof ${why}`);
}
