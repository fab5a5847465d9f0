import {
  cancelled,
  invalidOptions,
  providerError,
  TakoError,
  type Authenticator,
  type Credentials,
  type Principal,
} from '@tako/core';
import { withDeadline } from '@tako/core/provider';
import { decodeProtectedHeader } from 'jose';

import { checkBinding } from './check-binding.js';
import { discoverProvider } from './discover-provider.js';
import { fetchJson } from './fetch-json.js';
import { HttpsSender } from './https-sender.js';
import type { Introspector, KnownToken } from './introspection/introspector.js';
import { openIntrospection } from './introspection/open-introspection.js';
import { KeySet } from './key-set.js';
import { logoutUri, type LogoutOptions } from './logout-uri.js';
import type { MtlsIdentity } from './mtls/client-identity.js';
import type { MtlsRotation } from './mtls/mtls-rotation.js';
import type { OidcAuthOptions } from './oidc-auth-options.js';
import { readOptions, type Settings } from './read-options.js';
import { trustedRoots } from './trusted-roots.js';
import { verifyToken } from './verify-token.js';

/** What a live authenticator is made of. */
interface Parts {
  readonly settings: Settings;
  readonly keys: KeySet;
  readonly introspector: Introspector | undefined;
  readonly rotation: MtlsRotation | undefined;
  /** Whether tokens that were checked here are asked about too. */
  readonly asksAboutJwt: boolean;
  readonly endSessionEndpoint: string | undefined;
  readonly close: () => void;
}

const source = 'OidcAuth';

/** No metadata and no key set is that long. */
const maxBytes = 1_048_576;

/** Longer tokens are refused unread. Servers commonly take headers of 8 to 16 KB in all. */
const maxCharacters = 16_384;

/**
 * Access tokens of an OpenID provider: JSON Web Tokens checked here, opaque ones by asking the identity provider (RFC 7662).
 *
 * ```ts
 * const auth = await OidcAuth.discover({ issuer: 'https://login.acme.example', audience: 'https://agents.acme.example' });
 * ```
 */
export class OidcAuth implements Authenticator {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Asks the identity provider for its metadata, once. Its keys are loaded when the first token comes.
   *
   * @throws `invalid` for options that cannot work, when the metadata belongs to another issuer, and when no method of client
   *   authentication is found; `transport`, `timeout` or `rate_limited` when the identity provider, or the client certificate,
   *   cannot be had; `malformed_response` when its answer is no metadata; `cancelled` when the signal aborts
   */
  static async discover(
    options: OidcAuthOptions,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<OidcAuth> {
    const settings = readOptions(options, source);
    const { issuer, issuerUrl, mode, timeoutMs, clock } = settings;
    const roots = trustedRoots({ ca: options.ca }, source);
    // Keys are loaded so seldom that a kept connection would be a stale one.
    const sender = new HttpsSender({ source, roots, keepAlive: false, maxBytes });
    const { fetch } = sender;
    try {
      const metadata = await withDeadline({ source, what: 'discovery', timeoutMs, clock, signal }, (deadline) =>
        discoverProvider(issuerUrl, issuer, { source, fetch, signal: deadline }),
      );
      const keysUrl = httpsOrThrow(metadata.jwks_uri, 'jwks_uri');
      const endSessionEndpoint =
        metadata.end_session_endpoint === undefined
          ? undefined
          : httpsOrThrow(metadata.end_session_endpoint, 'end_session_endpoint');
      const keys = new KeySet({
        source,
        load: (loading) => fetchJson(fetch, keysUrl, { source, what: 'the keys', nowMs: clock.now(), signal: loading }),
        timeoutMs,
        maxAgeMs: settings.keysMaxAgeMs,
        maxStaleMs: settings.keysMaxStaleMs,
        coolDownMs: settings.keysCoolDownMs,
        clock,
      });
      const opened =
        mode === 'jwt' || options.introspection === undefined
          ? undefined
          : await openIntrospection(options.introspection, {
              source,
              settings,
              metadata,
              ca: options.ca,
              roots,
              signal,
            });
      return new OidcAuth({
        settings,
        keys,
        introspector: opened?.introspector,
        rotation: opened?.rotation,
        asksAboutJwt: options.introspection?.askAboutJwt === true,
        endSessionEndpoint,
        close: () => {
          sender.close();
          opened?.close();
        },
      });
    } catch (error) {
      sender.close();
      throw error;
    }
  }

  /**
   * @throws `auth` when the token is not good, or is not shown by whom it was given to; `transport`, `timeout` or `rate_limited` when
   *   that cannot be told now; `cancelled` when the signal aborts. Never with the token.
   */
  async authenticate(
    credentials: Credentials,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Principal> {
    if (signal?.aborted === true) throw cancelled(signal.reason);
    const { token, scheme } = credentials;
    const { dpop, clock } = this.#parts.settings;
    if (scheme !== 'bearer' && scheme !== 'dpop') {
      throw new TakoError('auth', 'the scheme of the credentials is neither bearer nor dpop');
    }
    // RFC 6750, section 2.1: b64token.
    if (typeof token !== 'string' || token.length > maxCharacters || !/^[A-Za-z0-9._~+/-]+=*$/.test(token)) {
      throw new TakoError('auth', 'the token has not the form of one');
    }
    const { claims, principal } = await this.#check(token, signal);
    await checkBinding(claims, credentials, dpop, clock.now());
    return principal;
  }

  /** Where the metadata says that sessions are ended. */
  get endSessionEndpoint(): string | undefined {
    return this.#parts.endSessionEndpoint;
  }

  /**
   * The address that ends a session at the identity provider, for the browser: OpenID Connect RP-Initiated Logout 1.0, section 2.
   *
   * @returns `undefined` when the identity provider names no `end_session_endpoint`
   */
  buildLogoutUri(options: LogoutOptions = {}): string | undefined {
    const { endSessionEndpoint } = this.#parts;
    return endSessionEndpoint === undefined ? undefined : logoutUri(endSessionEndpoint, options);
  }

  /**
   * Uses another client certificate from now on. Questions under way keep the old one to their end. It stays until the next call, or
   * until the files or the function of `introspection.mtls` give another one than before.
   *
   * @throws `invalid` when the certificate is bad, which leaves the old one in use, and when none was configured
   */
  reloadMtlsIdentity(identity: MtlsIdentity): void {
    const { rotation } = this.#parts;
    if (rotation === undefined)
      throw invalidOptions(source, 'there is no client certificate to replace; see introspection.mtls');
    rotation.use(identity);
  }

  /** Closes connections and stops watching. Afterwards the identity provider cannot be asked: that is `transport`. */
  close(): void {
    this.#parts.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #check(token: string, signal: AbortSignal | undefined): Promise<KnownToken> {
    const { settings, keys, introspector, asksAboutJwt } = this.#parts;
    const { mode, clock, principalOf } = settings;
    if (introspector !== undefined && (mode === 'opaque' || !looksLikeJwt(token))) {
      return await introspector.check(token, signal);
    }
    const claims = await verifyToken(token, { keys, rules: settings, nowMs: clock.now(), signal });
    const principal = principalOf(claims);
    if (introspector !== undefined && asksAboutJwt) {
      const { claims: said } = await introspector.check(token, signal);
      // RFC 7662, section 2.2: sub is optional. Where it is there, both must speak of the same.
      if (said['sub'] !== undefined && said['sub'] !== claims['sub']) {
        throw new TakoError('auth', 'the identity provider knows the token as that of somebody else');
      }
    }
    return { claims, principal };
  }
}

/** Whether a token is a signed JSON Web Token, as far as its header tells. */
function looksLikeJwt(token: string): boolean {
  if (token.split('.').length !== 3) return false;
  try {
    return typeof decodeProtectedHeader(token).alg === 'string';
  } catch {
    return false; // three parts, but an opaque token
  }
}

function httpsOrThrow(address: unknown, name: string): string {
  if (typeof address === 'string' && URL.parse(address)?.protocol === 'https:') return address;
  throw providerError('malformed_response', `${source}: discovery: the metadata has no ${name} that is https`, {
    source,
  });
}
