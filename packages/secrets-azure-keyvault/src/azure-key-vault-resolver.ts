import { Secret, systemClock, type ResolveOptions, type SecretResolver } from '@tako/core';
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

import { parseAzureKey, type AzureKey } from './azure-key.js';
import { cloudOf, tenantOf } from './cloud.js';
import type { AzureKeyVaultResolverOptions, AzureTokenContext } from './options.js';

const source = 'AzureKeyVaultResolver';

/**
 * Secrets of Azure Key Vault. Keys are `name`, for the latest version, or `name#version`.
 *
 * Source: https://learn.microsoft.com/en-us/rest/api/keyvault/secrets/get-secret/get-secret (read 2026-11-23).
 */
export class AzureKeyVaultResolver implements SecretResolver {
  readonly #fetchSecret: (key: AzureKey, what: string, signal: AbortSignal | undefined) => Promise<Secret>;

  /** @throws `invalid` for an address that is not https, or a vault of no known cloud without `resource` and `authorityHost`. */
  constructor(options: AzureKeyVaultResolverOptions) {
    this.#fetchSecret = reader(options);
  }

  /**
   * The secret as it is now.
   *
   * @throws `not_found`, `permission` (a disabled secret too), `auth`, `rate_limited`, `transport`, `timeout`,
   *   `overloaded`, `provider`, `malformed_response`; `invalid` for a malformed key, before anything is sent; `cancelled` when the
   *   signal aborts.
   */
  async resolve(key: string, options: ResolveOptions = {}): Promise<Secret> {
    return this.#fetchSecret(parseAzureKey(key), shownKey(key), options.signal);
  }

  /** A function that any option of type `Credential` takes; it resolves the key whenever the credential is used. */
  secret(key: string): () => Promise<Secret> {
    return () => this.resolve(key);
  }
}

function reader(
  options: AzureKeyVaultResolverOptions,
): (key: AzureKey, what: string, signal: AbortSignal | undefined) => Promise<Secret> {
  const { token, apiVersion = '2025-07-01', timeoutMs = 15_000, clock = systemClock(globalThis) } = options;
  const { fetch = (url, init) => globalThis.fetch(url, init), environment = platformEnvironment(globalThis) ?? {} } =
    options;
  if (!(timeoutMs > 0)) throw invalidOptions(source, `timeoutMs must be more than 0, got ${timeoutMs}`);
  const vault = secureUrl(options.vaultUrl, source, 'vaultUrl');
  const base = vault.href.replace(/\/+$/, '');
  const known = cloudOf(vault.hostname);
  const { resource = known?.resource, authorityHost = known?.authorityHost } = options;
  if (resource === undefined || authorityHost === undefined) {
    throw invalidOptions(source, "a vault outside of Microsoft's domains needs resource and authorityHost");
  }
  const cloud = {
    resource: resource.replace(/\/+$/, ''),
    authorityHost: secureUrl(authorityHost, source, 'authorityHost').href,
  };
  const send = vaultSend(fetch, source);

  const get = (path: string, what: string, signal: AbortSignal, bearer?: string): Promise<VaultAnswer> =>
    send({
      what,
      method: 'GET',
      url: `${base}/secrets${path}?api-version=${encodeURIComponent(apiVersion)}`,
      headers: { accept: 'application/json', ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) },
      signal,
    });

  /** A request without a token is answered by a challenge that names the tenant. */
  async function tenant(signal: AbortSignal): Promise<string> {
    const { status, headers } = await get('', "the vault's tenant", signal);
    const named = status === 401 ? tenantOf(headers['www-authenticate'] ?? '', cloud) : undefined;
    if (named !== undefined) return named;
    throw providerError('auth', `${source}: the vault names no tenant that can be believed; pass tenantId`, { source });
  }

  const context = (signal: AbortSignal): AzureTokenContext => ({
    ...cloud,
    tenant: () => tenant(signal),
    send,
    clock,
    environment,
    signal,
  });
  const tokens = tokenCache({ source, token, context, timeoutMs, clock, environment });

  /** A token that was kept and is refused was revoked: there may be a new one. */
  async function ask(path: string, what: string, signal: AbortSignal): Promise<VaultAnswer> {
    const first = await tokens.read(signal);
    const answer = await get(path, what, signal, first.token);
    if (answer.status !== 401) return answer;
    tokens.refuse(first.token);
    if (first.isFresh) return answer;
    return get(path, what, signal, (await tokens.read(signal)).token);
  }

  return (key, what, signal) =>
    withDeadline({ source, what, timeoutMs, clock, signal }, async (during) => {
      const answer = await ask(`/${key.name}${key.version === undefined ? '' : `/${key.version}`}`, what, during);
      if (answer.status !== 200) throw vaultStatusError(answer, source, what, clock.now());
      return readSecret(answer, key, what);
    });
}

/** The secret in an answer that is about the key we asked for. */
function readSecret({ json }: VaultAnswer, { name, version }: AzureKey, what: string): Secret {
  const { value, id }: Readonly<Record<string, unknown>> = Object(json);
  const [, foundName, foundVersion] =
    typeof id === 'string' ? (/\/secrets\/([^/]+)\/([^/]+)$/.exec(id.toLowerCase()) ?? []) : [];
  const isRight = foundName === name.toLowerCase() && (version === undefined || foundVersion === version.toLowerCase());
  if (typeof value === 'string' && isRight) return new Secret(value);
  throw providerError('malformed_response', `${source}: ${what}: the answer holds no value of this secret`, {
    source,
  });
}
