import { fromBase64, Secret, systemClock, toBase64, type ResolveOptions, type SecretResolver } from '@tako/core';
import {
  invalidOptions,
  platformEnvironment,
  providerError,
  secureUrl,
  shownKey,
  tokenCache,
  vaultSend,
  vaultStatusError,
  withDeadline,
  type VaultAnswer,
} from '@tako/core/provider';

import { crc32c } from './crc32c.js';
import { parentOf, parseGcpKey, type GcpKey } from './gcp-key.js';
import type { GcpSecretManagerResolverOptions } from './options.js';

const source = 'GcpSecretManagerResolver';

/**
 * Secrets of Google Cloud's Secret Manager. Keys are `name`, for the latest version, `name#version`, or either as
 * `projects/…/secrets/…`. What arrives is checked against its CRC32C.
 *
 * Source: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access (read 2026-11-23).
 */
export class GcpSecretManagerResolver implements SecretResolver {
  readonly #parent: string | undefined;
  readonly #fetchSecret: (key: GcpKey, what: string, signal: AbortSignal | undefined) => Promise<Secret>;

  /** @throws `invalid` for an address that is not https, and for a malformed project or location. */
  constructor(options: GcpSecretManagerResolverOptions) {
    this.#parent = parentOf(options.projectId, options.location);
    this.#fetchSecret = reader(options);
  }

  /**
   * The secret as it is now.
   *
   * @throws `not_found` (a disabled or destroyed version too), `permission`, `auth`, `rate_limited`, `transport`, `timeout`,
   *   `overloaded`, `provider`, `malformed_response` (a wrong checksum, bytes that are no text); `invalid` for a malformed key,
   *   before anything is sent; `cancelled` when the signal aborts.
   */
  async resolve(key: string, options: ResolveOptions = {}): Promise<Secret> {
    return this.#fetchSecret(parseGcpKey(key, this.#parent), shownKey(key), options.signal);
  }

  /** A function that any option of type `Credential` takes; it resolves the key whenever the credential is used. */
  secret(key: string): () => Promise<Secret> {
    return () => this.resolve(key);
  }
}

function reader(
  options: GcpSecretManagerResolverOptions,
): (key: GcpKey, what: string, signal: AbortSignal | undefined) => Promise<Secret> {
  const { token, encoding = 'utf8', timeoutMs = 15_000, clock = systemClock(globalThis) } = options;
  const { fetch = (url, init) => globalThis.fetch(url, init), environment = platformEnvironment(globalThis) ?? {} } =
    options;
  const endpoint =
    options.endpointUrl === undefined
      ? undefined
      : secureUrl(options.endpointUrl, source, 'endpointUrl').href.replace(/\/+$/, '');
  if (!(timeoutMs > 0)) throw invalidOptions(source, `timeoutMs must be more than 0, got ${timeoutMs}`);
  if (encoding !== 'utf8' && encoding !== 'base64') throw invalidOptions(source, 'encoding must be utf8 or base64');
  const send = vaultSend(fetch, source);
  const context = (signal: AbortSignal) => ({ send, clock, environment, signal });
  const tokens = tokenCache({ source, token, context, timeoutMs, clock, environment });

  /** A token that was kept and is refused was revoked: there may be a new one. */
  async function ask(url: string, what: string, signal: AbortSignal, again = true): Promise<VaultAnswer> {
    const { token: bearer, isFresh } = await tokens.read(signal);
    const headers = { accept: 'application/json', authorization: `Bearer ${bearer}` };
    const answer = await send({ what, method: 'GET', url, headers, signal });
    if (answer.status !== 401) return answer;
    tokens.refuse(bearer);
    return isFresh || !again ? answer : ask(url, what, signal, false);
  }

  return (key, what, signal) =>
    withDeadline({ source, what, timeoutMs, clock, signal }, async (during) => {
      const answer = await ask(
        `${endpoint ?? originOf(key)}/v1/${key.path}/versions/${key.version}:access`,
        what,
        during,
      );
      if (isDisabled(answer)) {
        throw providerError('not_found', `${source}: ${what}: this version is disabled or destroyed`, {
          source,
          status: 400,
        });
      }
      if (answer.status !== 200) throw vaultStatusError(answer, source, what, clock.now());
      const bytes = readBytes(answer, key);
      const text = bytes === undefined || encoding === 'base64' ? bytes && toBase64(bytes) : toText(bytes);
      if (text !== undefined) return new Secret(text);
      const why =
        bytes === undefined
          ? 'the answer holds no value of this secret, or a damaged one'
          : 'its bytes are no UTF-8; read it as base64';
      throw providerError('malformed_response', `${source}: ${what}: ${why}`, { source });
    });
}

/**
 * Regional secrets are at the region's own address.
 *
 * Source: https://cloud.google.com/secret-manager/regional-secrets/data-integrity-rs (read 2026-11-23).
 */
function originOf({ path }: GcpKey): string {
  const [, location] = /\/locations\/([^/]+)\//.exec(path) ?? [];
  return `https://secretmanager.${location === undefined ? '' : `${location}.rep.`}googleapis.com`;
}

/** Google's answer for a version that is not enabled. Source: https://cloud.google.com/apis/design/errors (read 2026-11-23). */
function isDisabled({ status, json }: VaultAnswer): boolean {
  const { error }: { readonly error?: unknown } = Object(json);
  const { status: name }: { readonly status?: unknown } = Object(error);
  return status === 400 && name === 'FAILED_PRECONDITION';
}

/**
 * The bytes of an answer that is about the key we asked for, and whole. Versions from before July 2021 that have the customer's own
 * encryption key come without a checksum.
 *
 * Source: https://cloud.google.com/secret-manager/docs/data-integrity (read 2026-11-23).
 */
function readBytes({ json }: VaultAnswer, key: GcpKey): Uint8Array | undefined {
  const { name, payload }: { readonly name?: unknown; readonly payload?: unknown } = Object(json);
  const { data = '', dataCrc32c: sum }: { readonly data?: unknown; readonly dataCrc32c?: unknown } = Object(payload);
  // The project is named by its number, whatever it was asked by; a version by its number, whatever its alias.
  const [, secret, version] = typeof name === 'string' ? (/\/secrets\/([^/]+)\/versions\/(\d+)$/.exec(name) ?? []) : [];
  const isOurs = secret === key.name && (!/^\d+$/.test(key.version) || version === key.version);
  if (!isOurs || typeof data !== 'string' || payload === undefined) return undefined;
  try {
    const bytes = fromBase64(data);
    // 64-bit integers are text in JSON.
    return sum === undefined || sum === `${crc32c(bytes)}` ? bytes : undefined;
  } catch {
    return undefined; // no base64
  }
}

function toText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // the caller says so
  }
}
