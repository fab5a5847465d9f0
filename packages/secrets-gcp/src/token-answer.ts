import type { Clock } from '@tako/core';
import { providerError, tokenRefusal, type VaultAnswer } from '@tako/core/provider';

import type { GcpToken } from './options.js';

const source = 'GcpSecretManagerResolver';

/**
 * The token in an answer to OAuth 2.0's rules: of the metadata server, the token endpoint, the Security Token Service.
 *
 * @throws `auth` for a refusal, `malformed_response` for an answer without token or end.
 */
export function readToken(answer: VaultAnswer, clock: Clock, who: string): GcpToken {
  const { access_token: token, expires_in: seconds } = okFields(answer, clock, who);
  return dated(token, typeof seconds === 'number' ? clock.now() + seconds * 1_000 : NaN, who);
}

/** The fields of an answer that is a success. @throws `auth` for a refusal of what we showed. */
export function okFields(answer: VaultAnswer, clock: Clock, who: string): Readonly<Record<string, unknown>> {
  if (answer.status !== 200) throw tokenRefusal(answer, source, who, clock.now());
  const fields: Readonly<Record<string, unknown>> = Object(answer.json);
  return fields;
}

/** A token with its end. @throws `malformed_response` where one is missing. */
export function dated(token: unknown, expiresAtMs: number, who: string): GcpToken {
  if (typeof token === 'string' && !Number.isNaN(expiresAtMs)) return { token, expiresAtMs };
  throw providerError('malformed_response', `${source}: ${who} answered without a token or its end`, { source });
}

/** A form, as OAuth 2.0 takes it. */
export function postForm(fields: Readonly<Record<string, string>>): {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  return { method: 'POST', headers, body: new URLSearchParams(fields).toString() };
}
