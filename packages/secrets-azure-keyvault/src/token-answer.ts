import type { Clock } from '@tako/core';
import { providerError, tokenRefusal, type VaultAnswer } from '@tako/core/provider';

import type { AzureToken } from './options.js';

/**
 * The token in an answer of Entra ID (`expires_in`), IMDS (both, as text) or App Service (`expires_on`, as text).
 *
 * @throws `auth` for a refusal, `malformed_response` for an answer without token or end.
 */
export function readToken(answer: VaultAnswer, clock: Clock, who: string): AzureToken {
  const source = 'AzureKeyVaultResolver';
  const { status, json } = answer;
  const { access_token, expires_in, expires_on }: Readonly<Record<string, unknown>> = Object(json);
  if (status !== 200) throw tokenRefusal(answer, source, who, clock.now());
  const seconds = (value: unknown): number =>
    typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  const untilMs = seconds(expires_on) * 1_000;
  const expiresAtMs = Number.isNaN(untilMs) ? clock.now() + seconds(expires_in) * 1_000 : untilMs;
  if (typeof access_token !== 'string' || Number.isNaN(expiresAtMs)) {
    throw providerError('malformed_response', `${source}: ${who} answered without a token or its end`, { source });
  }
  return { token: access_token, expiresAtMs };
}
