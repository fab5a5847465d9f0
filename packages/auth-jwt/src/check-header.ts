import type { JwtAlgorithm } from './jwt-algorithm.js';
import type { KeyQuery } from './jwt-keys.js';
import { refused } from './refused.js';
import { own, type TokenObject } from './token-text.js';

/** What a header must say. */
export interface HeaderRules {
  readonly algorithms: readonly JwtAlgorithm[];
  /** In lower case, without `application/`; `undefined` where only the usual ones, or none, will do. */
  readonly typ: string | undefined;
}

/** A token of another kind was made for another use: RFC 8725, section 3.11. */
const usualTypes: readonly string[] = ['jwt', 'at+jwt'];

/**
 * Reads the header of a token that is not yet believed: only which key to look up. Keys and addresses that it brings along
 * (`jwk`, `jku`, `x5u`, `x5c`) are not looked at.
 *
 * @throws `auth` for another algorithm than those asked for, every `crit` (RFC 7515, section 4.1.11: no extension is understood
 *   here), `b64` (RFC 7797), a `kid` that is no text, and another `typ`
 */
export function checkHeader(header: TokenObject, { algorithms, typ }: HeaderRules): KeyQuery {
  const alg = own(header, 'alg');
  const algorithm = algorithms.find((allowed) => allowed === alg);
  if (algorithm === undefined) throw refused('the algorithm of the token is not one that was asked for');
  if (Object.hasOwn(header, 'crit')) throw refused('the token has critical extensions');
  if (Object.hasOwn(header, 'b64')) throw refused('the token has an unencoded payload');
  const keyId = own(header, 'kid');
  if (keyId !== undefined && typeof keyId !== 'string') throw refused('the kid of the token is no text');
  checkType(own(header, 'typ'), typ);
  return { algorithm, keyId };
}

function checkType(given: unknown, wanted: string | undefined): void {
  if (given === undefined && wanted === undefined) return;
  const isRight =
    typeof given === 'string' &&
    (wanted === undefined ? usualTypes.includes(mediaType(given)) : mediaType(given) === wanted);
  if (!isRight) throw refused('the typ of the token is not the one that is taken');
}

/** `at+jwt` and `application/AT+JWT` are the same: RFC 7515, section 4.1.9. */
export function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}
