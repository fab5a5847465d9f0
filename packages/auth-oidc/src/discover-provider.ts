import { invalidOptions, providerError, type TakoError } from '@tako/core';
import { customFetch, discovery, None, type ServerMetadata } from 'openid-client';

import type { HttpsFetch } from './https-sender.js';
import { takoErrorIn } from './tako-error-in.js';

/**
 * The metadata of an identity provider, found at its issuer's address: OpenID Connect Discovery 1.0, section 4
 * (https://openid.net/specs/openid-connect-discovery-1_0.html, read 2026-11-23).
 *
 * @throws `invalid` when the document belongs to another issuer; `transport`, `timeout` or `rate_limited` when the identity
 *   provider cannot be asked; `malformed_response` when it answers something else
 */
export async function discoverProvider(
  issuer: URL,
  exactIssuer: string,
  { source, fetch, signal }: { source: string; fetch: HttpsFetch; signal: AbortSignal },
): Promise<Readonly<ServerMetadata>> {
  let status = 0;
  try {
    // No client is meant: its id is sent nowhere.
    const found = await discovery(issuer, 'tako', undefined, None(), {
      [customFetch]: async (url, { method, headers }) => {
        const response = await fetch(url, { method, headers, signal });
        ({ status } = response);
        return response;
      },
    });
    const metadata = found.serverMetadata();
    // openid-client lets a slash at the end differ, and some vendors anything: then every token would be refused later.
    if (metadata.issuer !== exactIssuer) throw differs(source);
    return metadata;
  } catch (error) {
    const ours = takoErrorIn(error);
    if (ours !== undefined) throw ours;
    signal.throwIfAborted();
    if (codeOf(error) === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') throw differs(source);
    if (status === 429)
      throw providerError('rate_limited', `${source}: discovery: the answer was 429`, { source, status });
    if (status !== 200)
      throw providerError('transport', `${source}: discovery: the answer was ${status}`, { source, status });
    throw providerError('malformed_response', `${source}: discovery: the answer is no metadata`, { source });
  }
}

function differs(source: string): TakoError {
  return invalidOptions(
    source,
    'the identity provider calls its issuer otherwise; pass it exactly as it does, slashes included',
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
