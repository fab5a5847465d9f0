import { providerError } from '@tako/core';
import { codeByStatus, parseRetryAfter } from '@tako/core/provider';

import type { HttpsFetch } from './https-sender.js';

/**
 * Gets a JSON document of the identity provider.
 *
 * @param what is asked for: stands in errors
 * @throws `rate_limited`, else `transport` for whatever is not a JSON document: who cannot be told now is not refused.
 */
export async function fetchJson(
  fetch: HttpsFetch,
  url: string,
  { source, what, nowMs, signal }: { source: string; what: string; nowMs: number; signal: AbortSignal },
): Promise<unknown> {
  const response = await fetch(url, { method: 'GET', headers: { accept: 'application/json' }, signal });
  const { status } = response;
  if (status !== 200) {
    const code = codeByStatus(status) === 'rate_limited' ? 'rate_limited' : 'transport';
    const retryAfterMs = parseRetryAfter(Object.fromEntries(response.headers), nowMs);
    throw providerError(code, `${source}: ${what}: the answer was ${status}`, { source, status, retryAfterMs });
  }
  try {
    return await response.json();
  } catch {
    // The parser's error quotes what it read.
    throw providerError('transport', `${source}: ${what}: the answer is not JSON`, { source });
  }
}
