import {
  cancelled,
  invalidOptions,
  systemClock,
  type Authenticator,
  type Clock,
  type Credentials,
  type Principal,
} from '@tako/core';
import { principalFromClaims } from '@tako/core/provider';

import { checkBinding } from './check-binding.js';
import { checkClaims, type ClaimRules } from './check-claims.js';
import { mediaType } from './check-header.js';
import type { JwtClaims } from './jwt-claims.js';
import type { JwtKeys } from './jwt-keys.js';
import { refused } from './refused.js';
import { source } from './source.js';
import { openToken, readObject, type TokenObject } from './token-text.js';
import { verifySignature } from './verify-signature.js';

/** Options of `JwtAuth`. */
export interface JwtAuthOptions {
  /** `hs256(secret)`, `rs256(pem)`, `es256(pem)`, `ed25519(pem)`, `jwksFile(path)` or `jwksUrl(url)`. */
  readonly keys: JwtKeys;
  /** `iss` must be there and be this, or one of these, exactly. @defaultValue not checked: whoever has the key is trusted */
  readonly issuer?: string | readonly string[] | undefined;
  /**
   * `aud` must be there and have this, or one of these, exactly.
   * @defaultValue none: a token that names an audience is refused (RFC 7519, section 4.1.3)
   */
  readonly audience?: string | readonly string[] | undefined;
  /** The `typ` that the header must have, for example `at+jwt` (RFC 9068). @defaultValue `JWT`, `at+jwt` or none */
  readonly typ?: string | undefined;
  /** How much clocks may differ, for `exp`, `nbf` and `iat`, in milliseconds, up to 300 000. @defaultValue 30 000 */
  readonly leewayMs?: number | undefined;
  /** Where tenant, user and roles stand. */
  readonly claims?: JwtClaims | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Callers who show a JSON Web Token (RFC 7519) as bearer, checked by RFC 8725: with exactly the algorithm asked for, the keys
 * configured and no other, `exp` always, and without trust in anything that an unchecked token says.
 *
 * ```ts
 * new JwtAuth({ keys: jwksUrl('https://id.example/keys'), issuer: 'https://id.example', audience: 'agents' });
 * ```
 */
export class JwtAuth implements Authenticator {
  readonly #keys: JwtKeys;
  readonly #typ: string | undefined;
  readonly #claims: ClaimRules;
  readonly #principalOf: (claims: TokenObject) => Principal;
  readonly #clock: Clock;

  /** @throws `invalid` for options that cannot work */
  constructor(options: JwtAuthOptions) {
    const { keys, issuer, audience, typ, leewayMs = 30_000, claims = {}, clock = systemClock(globalThis) } = options;
    if (typeof (keys as Partial<JwtKeys> | undefined)?.find !== 'function') {
      // callers without types pass anything
      throw invalidOptions(source, 'keys is missing: pass rs256(pem), jwksUrl(url) or the like');
    }
    if (!(leewayMs >= 0 && leewayMs <= 300_000)) throw invalidOptions(source, 'leewayMs must be from 0 to 300000');
    if (typ === '') throw invalidOptions(source, 'typ is empty');
    this.#keys = keys;
    this.#typ = typ === undefined ? undefined : mediaType(typ);
    this.#claims = { issuers: listOf(issuer, 'issuer'), audiences: listOf(audience, 'audience'), leewayMs };
    this.#principalOf = principalFromClaims(claims, source);
    this.#clock = clock;
  }

  /**
   * @throws `auth` when the token is not good; `transport`, `timeout` or `rate_limited` when the keys cannot be had, so that nobody
   *   can tell; `cancelled` when the signal aborts. Never with the token or anything that it says.
   */
  async authenticate(
    credentials: Credentials,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Principal> {
    const { token, scheme } = credentials;
    if (signal?.aborted === true) throw cancelled(signal.reason);
    if (scheme !== 'bearer') throw refused('the scheme of the credentials is not bearer');
    const { header, payload } = openToken(token);
    const claims = readObject(payload, 'payload');
    // Nothing of this is believed yet. But who is refused in any case, for another issuer for instance, has nobody asked for keys.
    checkClaims(claims, this.#claims, this.#clock.now());
    checkBinding(claims, credentials);
    await verifySignature(token, header, { keys: this.#keys, typ: this.#typ }, { clock: this.#clock, signal });
    return this.#principalOf(claims);
  }
}

function listOf(given: string | readonly string[] | undefined, option: string): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const list: readonly unknown[] = typeof given === 'string' ? [given] : Array.isArray(given) ? [...given] : [];
  const texts = list.filter((entry): entry is string => typeof entry === 'string' && entry !== '');
  if (texts.length > 0 && texts.length === list.length) return texts;
  throw invalidOptions(source, `${option} must be a text, or a list of texts`);
}
