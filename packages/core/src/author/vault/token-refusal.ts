import { providerError } from '../../error/make-error.js';
import type { TakoError } from '../../error/tako-error.js';
import { vaultStatusError, type VaultAnswer } from './vault-http.js';

/** Codes that may stand in an error: any other text might be the credential, quoted. Source: RFC 6749, section 5.2 (read 2026-11-23). */
const codes: ReadonlySet<unknown> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
]);

/**
 * The error for an answer that should have been a token, by the rules of OAuth 2.0, and is none: `auth`, whatever its status below
 * 500, so that nobody takes it for an answer about the secret; for one that asks for patience (408, 429) or fails on its side by
 * status. Of the body it holds one of OAuth's own codes at most.
 *
 * @param who was asked for the token
 */
export function tokenRefusal(answer: VaultAnswer, source: string, who: string, nowMs: number): TakoError {
  const { status, json } = answer;
  if (status >= 500 || status === 408 || status === 429) {
    return vaultStatusError(answer, source, `a token of ${who}`, nowMs);
  }
  const { error }: { readonly error?: unknown } = Object(json);
  const code = codes.has(error) ? `, ${String(error)}` : '';
  return providerError('auth', `${source}: ${who} gave no token (${status}${code})`, { source, status });
}
