import { providerError, TakoError } from '@tako/core';
import type { TokenClaims } from '@tako/core/provider';

/** What the answer about a good token must say. */
export interface AnswerRules {
  readonly source: string;
  readonly issuer: string;
  /** One of them must be among the token's. */
  readonly audience: readonly string[];
  /** Whether an answer may leave `aud` out. */
  readonly requireAudience: boolean;
  readonly leewayMs: number;
}

/** RFC 6749, section 5.1: not sensitive to case. Some say what the token is for instead. */
const accessTokenTypes: ReadonlySet<string> = new Set(['bearer', 'dpop', 'access_token']);

/**
 * Checks an answer of the identity provider: RFC 7662, section 2.2. `active` alone must be there; what else is there must be right.
 *
 * @returns when the token ends; `undefined` when the answer does not say
 * @throws `auth` when the token is not good; `transport` when the answer is none that the RFC knows
 */
export function checkAnswer(
  answer: TokenClaims,
  rules: AnswerRules,
  nowMs: number,
): { readonly expiresAtMs: number | undefined } {
  const { source, issuer, audience, requireAudience, leewayMs } = rules;
  const { active, iss, aud, token_type: type } = answer;
  const wrong = (name: string): TakoError =>
    providerError('transport', `${source}: introspection: ${name} in the answer is not what it must be`, { source });
  if (typeof active !== 'boolean') throw wrong('active');
  if (!active) throw new TakoError('auth', 'the identity provider says that the token is not active');

  if (iss !== undefined && iss !== issuer) throw new TakoError('auth', 'the token’s iss is wrong');
  if (aud === undefined) {
    if (requireAudience) throw new TakoError('auth', 'the token has no aud');
  } else {
    const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
    if (!named.every((entry) => typeof entry === 'string')) throw wrong('aud');
    if (!audience.some((ours) => named.includes(ours))) throw new TakoError('auth', 'the token’s aud is wrong');
  }

  // An identity provider may know other tokens by this endpoint, and call them active: refresh tokens, for instance.
  if (type !== undefined && !(typeof type === 'string' && accessTokenTypes.has(type.toLowerCase()))) {
    throw new TakoError('auth', 'the token is no access token');
  }

  const at = (name: string): number | undefined => {
    const seconds = answer[name];
    if (seconds === undefined || seconds === null) return undefined;
    if (typeof seconds !== 'number' || !Number.isFinite(seconds)) throw wrong(name);
    return seconds * 1_000;
  };
  const [expiresAtMs, notBeforeMs, issuedAtMs] = [at('exp'), at('nbf'), at('iat')];
  if (expiresAtMs !== undefined && nowMs >= expiresAtMs + leewayMs)
    throw new TakoError('auth', 'the token has expired');
  if (notBeforeMs !== undefined && nowMs < notBeforeMs - leewayMs)
    throw new TakoError('auth', 'the token is not good yet');
  if (issuedAtMs !== undefined && nowMs < issuedAtMs - leewayMs) {
    throw new TakoError('auth', 'the token was issued in the future');
  }
  // RFC 9449, section 6.2. Taken as a bearer token, a stolen one would do.
  const bound = typeof answer['cnf'] === 'object' && answer['cnf'] !== null && 'jkt' in answer['cnf'];
  if (typeof type === 'string' && type.toLowerCase() === 'dpop' && !bound) throw wrong('cnf');
  return { expiresAtMs };
}
