import {
  cancelled,
  invalidOptions,
  providerError,
  systemClock,
  TakoError,
  type Authenticator,
  type Clock,
  type Credentials,
  type Principal,
} from '@tako/core';
import { secureUrl, withDeadline } from '@tako/core/provider';

import { checkBinding } from './check-binding.js';
import { discoverProvider } from './discover-provider.js';
import { fetchJson } from './fetch-json.js';
import { httpsFetch } from './https-fetch.js';
import { KeySet } from './key-set.js';
import { toPrincipal, type OidcClaims, type TokenClaims } from './to-principal.js';
import { verifyToken, type TokenRules } from './verify-token.js';

/** Which identity provider is trusted, and which of its tokens are good. */
export interface OidcAuthOptions {
  /** The issuer's address, https, exactly as the identity provider writes it: a slash at the end counts. */
  readonly issuer: string;
  /** Who the tokens must be for: one of these must be in `aud`. */
  readonly audience: string | readonly string[];
  /** Certificates in PEM form that are trusted besides the platform's own, for an identity provider with a private authority. */
  readonly ca?: string | undefined;
  /** Which claims make up the principal. */
  readonly claims?: OidcClaims | undefined;
  /**
   * The `typ` that a token's header must have: `at+jwt` lets no ID token pass (RFC 9068, section 2.1). Not every identity
   * provider sends it. Without this option it is not looked at.
   */
  readonly typ?: string | undefined;
  /** How far the clocks may differ, for `exp`, `nbf` and `iat`. @defaultValue 30000 */
  readonly leewayMs?: number | undefined;
  /** The longest wait for an answer of the identity provider. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined;
  /** The keys are loaded anew when they are older. @defaultValue 3600000 */
  readonly keysMaxAgeMs?: number | undefined;
  /** Keys of this age are still used when newer ones cannot be loaded. @defaultValue 86400000 */
  readonly keysMaxStaleMs?: number | undefined;
  /** The keys are loaded at most once in this time, however many tokens name a key that is not among them. @defaultValue 30000 */
  readonly keysCoolDownMs?: number | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}

interface Checks {
  readonly keys: KeySet;
  readonly rules: TokenRules;
  readonly principalOf: (claims: TokenClaims) => Principal;
  readonly clock: Clock;
}

const source = 'OidcAuth';

/**
 * Access tokens of an OpenID provider, checked here: signature, issuer, audience and time.
 *
 * ```ts
 * const auth = await OidcAuth.discover({ issuer: 'https://login.acme.example', audience: 'https://agents.acme.example' });
 * ```
 */
export class OidcAuth implements Authenticator {
  readonly #checks: Checks;

  private constructor(checks: Checks) {
    this.#checks = checks;
  }

  /**
   * Asks the identity provider for its metadata, once. Its keys are loaded when the first token comes.
   *
   * @throws `invalid` for options that cannot work, and when the metadata belongs to another issuer; `transport`, `timeout` or
   *   `rate_limited` when the identity provider cannot be asked; `malformed_response` when its answer is no metadata;
   *   `cancelled` when the signal aborts
   */
  static async discover(
    options: OidcAuthOptions,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<OidcAuth> {
    const {
      issuer,
      ca,
      claims = {},
      typ,
      leewayMs = 30_000,
      timeoutMs = 10_000,
      clock = systemClock(globalThis),
    } = options;
    const { keysMaxAgeMs = 3_600_000, keysMaxStaleMs = 86_400_000, keysCoolDownMs = 30_000 } = options;
    const times = { leewayMs, timeoutMs, keysMaxAgeMs, keysMaxStaleMs, keysCoolDownMs };
    for (const [name, value] of Object.entries(times)) {
      if (!(value >= 0)) throw invalidOptions(source, `${name} must be a number of milliseconds, 0 or more`);
    }
    const url = secureUrl(issuer, source, 'issuer');
    if (url.protocol !== 'https:') throw invalidOptions(source, 'issuer must be https');
    const audience = readAudience(options.audience);
    const principalOf = toPrincipal(claims, source);
    const fetch = httpsFetch(ca, source);

    const { jwks_uri: keysUrl } = await withDeadline(
      { source, what: 'discovery', timeoutMs, clock, signal },
      (deadline) => discoverProvider(url, issuer, { source, fetch, signal: deadline }),
    );
    if (typeof keysUrl !== 'string' || URL.parse(keysUrl)?.protocol !== 'https:') {
      throw providerError('malformed_response', `${source}: discovery: the metadata has no jwks_uri that is https`, {
        source,
      });
    }
    const keys = new KeySet({
      source,
      load: (loading) => fetchJson(fetch, keysUrl, { source, what: 'the keys', nowMs: clock.now(), signal: loading }),
      timeoutMs,
      maxAgeMs: keysMaxAgeMs,
      maxStaleMs: keysMaxStaleMs,
      coolDownMs: keysCoolDownMs,
      clock,
    });
    return new OidcAuth({ keys, rules: { issuer, audience, typ, leewayMs }, principalOf, clock });
  }

  /**
   * @throws `auth` when the token is not good, or its scheme is not `bearer`; `transport`, `timeout` or `rate_limited` when the
   *   keys to check it with cannot be had; `cancelled` when the signal aborts
   */
  async authenticate(
    { token, scheme, request }: Credentials,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Principal> {
    if (signal?.aborted === true) throw cancelled(signal.reason);
    if (scheme !== 'bearer') throw new TakoError('auth', 'the scheme of the credentials is not bearer');
    const { keys, rules, principalOf, clock } = this.#checks;
    const claims = await verifyToken(token, { keys, rules, nowMs: clock.now(), signal });
    checkBinding(claims, request);
    return principalOf(claims);
  }
}

function readAudience(given: unknown): readonly string[] {
  const audience: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (audience.length > 0 && audience.every((entry) => isName(entry))) return [...audience];
  throw invalidOptions(source, 'audience must be a text, or a list of texts that is not empty');
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
