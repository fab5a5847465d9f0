import { refused } from './refused.js';
import { own, type TokenObject } from './token-text.js';

/** What a token must say. */
export interface ClaimRules {
  /** `iss` is one of them, exactly; without a list it may be any. */
  readonly issuers: readonly string[] | undefined;
  /** `aud` has one of them, exactly; without a list the token may have none. */
  readonly audiences: readonly string[] | undefined;
  readonly leewayMs: number;
}

/** The end of the year 9999, in seconds: what is beyond is no time that anybody meant. */
const maxSeconds = 253_402_300_799;

/**
 * Checks the registered claims of RFC 7519, section 4.1.
 *
 * @throws `auth` when the token is not good now, or was not made for us by whom we trust
 */
export function checkClaims(claims: TokenObject, rules: ClaimRules, nowMs: number): void {
  const { issuers, audiences, leewayMs } = rules;
  const exp = readTime(claims, 'exp');
  if (exp === undefined) throw refused('the token does not say when it expires');
  if (nowMs >= exp + leewayMs) throw refused('the token has expired');
  if (nowMs + leewayMs < (readTime(claims, 'nbf') ?? 0)) throw refused('the token is not valid yet');
  if (nowMs + leewayMs < (readTime(claims, 'iat') ?? 0)) throw refused('the token was issued in the future');

  const iss = own(claims, 'iss');
  if (issuers !== undefined && !issuers.some((issuer) => issuer === iss)) {
    throw refused('the issuer of the token is not the one that is trusted');
  }
  const aud = readAudience(own(claims, 'aud'));
  if (audiences === undefined ? aud.length > 0 : !audiences.some((audience) => aud.includes(audience))) {
    throw refused('the token is for another audience');
  }
}

/** A NumericDate in milliseconds. @throws `auth` for what is there and is none */
function readTime(claims: TokenObject, name: string): number | undefined {
  const seconds = own(claims, name);
  if (seconds === undefined) return undefined;
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= maxSeconds)) {
    throw refused(`the ${name} of the token is no time`);
  }
  return seconds * 1_000;
}

/** One text or a list of texts. @throws `auth` for what is there and is neither */
function readAudience(aud: unknown): readonly string[] {
  if (aud === undefined) return [];
  const list: unknown = typeof aud === 'string' ? [aud] : aud;
  if (Array.isArray(list) && list.every((entry): entry is string => typeof entry === 'string')) return list;
  throw refused('the audience of the token is no text');
}
