import { isTakoError, providerError } from '@tako/core';
import { codeByStatus, parseRetryAfter, type TokenClaims } from '@tako/core/provider';
import { Configuration, customFetch, ResponseBodyError, tokenIntrospection, type ClientAuth } from 'openid-client';

import type { HttpsSender } from '../https-sender.js';
import type { MtlsRotation } from '../mtls/mtls-rotation.js';
import { takoErrorIn } from '../tako-error-in.js';

/** Whom to ask, and how. */
export interface AskOptions {
  readonly source: string;
  readonly issuer: string;
  readonly endpoint: string;
  readonly clientId: string;
  readonly auth: () => Promise<ClientAuth>;
  readonly sender: HttpsSender;
  readonly rotation: MtlsRotation | undefined;
  readonly now: () => number;
}

/**
 * Asks the introspection endpoint about a token: RFC 7662, section 2.1.
 *
 * A failure with a client certificate may come from that: then a fresh one is asked for, and with another one the question is put
 * once more.
 *
 * @returns the whole answer, not looked at
 * @throws `rate_limited`, else `transport` for whatever is no answer; `auth` for a kind of token that the identity provider takes
 *   no questions about
 */
export async function askProvider(options: AskOptions, token: string, signal: AbortSignal): Promise<TokenClaims> {
  const { sender, rotation } = options;
  const used = sender.identity;
  try {
    return await askOnce(options, token, signal);
  } catch (error) {
    if (rotation === undefined || !isTakoError(error, 'transport') || signal.aborted) throw error;
    if (sender.identity === used) await rotation.refresh(signal);
    if (sender.identity === used) throw error;
    return await askOnce(options, token, signal);
  }
}

async function askOnce(options: AskOptions, token: string, signal: AbortSignal): Promise<TokenClaims> {
  const { source, issuer, endpoint, clientId, auth, sender, now } = options;
  const config = new Configuration({ issuer, introspection_endpoint: endpoint }, clientId, undefined, await auth());
  config.timeout = undefined; // the signal has one
  let status = 0;
  let retryAfterMs: number | undefined;
  config[customFetch] = async (url, { method, headers, body }) => {
    const form = body instanceof URLSearchParams ? body.toString() : undefined; // openid-client sends a form
    const response = await sender.fetch(url, { method, headers, body: form, signal });
    ({ status } = response);
    retryAfterMs = parseRetryAfter(Object.fromEntries(response.headers), now());
    return response;
  };
  try {
    return await tokenIntrospection(config, token, { token_type_hint: 'access_token' });
  } catch (error) {
    const ours = takoErrorIn(error);
    if (ours !== undefined) throw ours;
    signal.throwIfAborted();
    // RFC 7009, section 2.2.1. It is the token that the identity provider cannot look up, and no failure of its own.
    if (error instanceof ResponseBodyError && error.error === 'unsupported_token_type') {
      throw providerError('auth', 'the identity provider takes no questions about tokens of this kind', { status });
    }
    // No cause: openid-client's errors hold the answer.
    const code = codeByStatus(status) === 'rate_limited' ? 'rate_limited' : 'transport';
    throw providerError(code, `${source}: introspection: ${explain(status)}`, { source, status, retryAfterMs });
  }
}

function explain(status: number): string {
  if (status === 200) return 'the answer is none of RFC 7662';
  if (status === 400 || status === 401 || status === 403) {
    return `the identity provider does not let us ask (${status}); check introspection.clientId, its method and its credential`;
  }
  return `the answer was ${status}`;
}
