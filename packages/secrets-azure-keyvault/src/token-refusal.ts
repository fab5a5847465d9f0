import type { Clock } from '@tako/core';
import { providerError, vaultStatusError, type VaultAnswer } from '@tako/core/provider';

/** Codes that may stand in an error: any other text might be the credential, quoted. Source: RFC 6749, section 5.2. */
const codes: ReadonlySet<unknown> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
]);

/**
 * The error for an answer that is no token: `auth`, whatever its status below 500, so that nobody takes it for an answer about the
 * secret; for one that asks for patience (408, 429) or fails on its side by status.
 */
export function tokenRefusal(answer: VaultAnswer, clock: Clock, who: string): Error {
  const source = 'AzureKeyVaultResolver';
  const { status, json } = answer;
  if (status >= 500 || status === 408 || status === 429) {
    return vaultStatusError(answer, source, `a token of ${who}`, clock.now());
  }
  const { error }: { readonly error?: unknown } = Object(json);
  const code = codes.has(error) ? `, ${String(error)}` : '';
  return providerError('auth', `${source}: ${who} gave no token (${status}${code})`, { source, status });
}
