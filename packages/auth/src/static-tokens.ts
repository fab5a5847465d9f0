import { hash as hashOnce, timingSafeEqual } from 'node:crypto';

import {
  cancelled,
  invalidOptions,
  isSecret,
  TakoError,
  type Authenticator,
  type Credentials,
  type Principal,
  type Secret,
} from '@tako/core';

import { isToken, maxTokenCharacters } from './token-syntax.js';

/** Shorter ones can be guessed: 16 characters of base64 are 96 bits. */
const minTokenCharacters = 16;

interface Entry {
  readonly hash: Buffer;
  readonly principal: Principal;
}

/**
 * Bearer tokens that are known beforehand, each with the principal that it stands for.
 *
 * Only SHA-256 hashes of the tokens are kept. A token that comes is hashed and compared with every one of them, each time
 * in constant time and to the end of the list, so that the time taken tells nothing about the tokens.
 *
 * ```ts
 * new StaticTokens([[process.env.CI_TOKEN, { tenantId: 'acme', userId: 'ci', roles: [] }]]);
 * ```
 */
export class StaticTokens implements Authenticator {
  readonly #entries: readonly Entry[];

  /**
   * @param tokens pairs of token and principal; a `Map` is such a list. Principals are copied.
   * @throws `invalid` for a list without entries, and for a token that is missing, shorter than 16 characters, longer
   *   than 8192, given twice, or made of characters that a bearer token may not have (RFC 6750, section 2.1); never with
   *   the token.
   */
  constructor(tokens: Iterable<readonly [token: string | Secret | undefined, principal: Principal]>) {
    this.#entries = Array.from(tokens, ([token, principal], at) => ({
      hash: sha256(readToken(token, at)),
      principal: frozenCopy(principal, at),
    }));
    if (this.#entries.length === 0) throw invalidOptions('StaticTokens', 'there is no token in the list');
    const distinct = new Set(this.#entries.map(({ hash }) => hash.toString('hex')));
    if (distinct.size < this.#entries.length) throw invalidOptions('StaticTokens', 'a token stands in the list twice');
  }

  /**
   * @returns the principal of the token: frozen, and the same object each time
   * @throws `auth` when the token is not in the list or the scheme is not `bearer`; `cancelled` when the signal has aborted
   */
  async authenticate(
    { token, scheme }: Credentials,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Principal> {
    if (signal?.aborted === true) throw cancelled(signal.reason);
    if (scheme !== 'bearer') throw new TakoError('auth', 'the scheme of the credentials is not bearer');
    const known = isToken(token) ? this.#find(sha256(token)) : undefined;
    if (known === undefined) throw new TakoError('auth', 'the bearer token is not known');
    return known.principal;
  }

  #find(hash: Buffer): Entry | undefined {
    let found: Entry | undefined;
    // No early exit: where in the list a token stands must not show in the time taken.
    for (const entry of this.#entries) {
      if (timingSafeEqual(entry.hash, hash)) found = entry;
    }
    return found;
  }
}

function readToken(given: string | Secret | undefined, at: number): string {
  const refused = (why: string): TakoError => invalidOptions('StaticTokens', `the token at index ${at} ${why}`);
  const token: unknown = isSecret(given) ? given.expose() : given;
  if (typeof token !== 'string') throw refused('is missing');
  if (token.length < minTokenCharacters) throw refused(`is shorter than ${minTokenCharacters} characters`);
  if (token.length > maxTokenCharacters) throw refused(`is longer than ${maxTokenCharacters} characters`);
  if (!isToken(token)) throw refused('has characters that a bearer token may not have');
  return token;
}

function frozenCopy(principal: Principal, at: number): Principal {
  const given: Partial<Principal> | undefined = principal; // callers without types pass anything
  const { tenantId, userId, roles } = given ?? {};
  if (!tenantId || !userId || !Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) {
    throw invalidOptions('StaticTokens', `the principal at index ${at} needs a tenantId, a userId and a list of roles`);
  }
  return deepFreeze(structuredClone(principal));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

function sha256(text: string): Buffer {
  return hashOnce('sha256', text, 'buffer');
}
