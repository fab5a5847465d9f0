import { fromBase64, toBase64, type Credential } from '@tako/core';
import { providerError, secureUrl } from '@tako/core/provider';

import { readJson } from './credential-json.js';
import type { GcpTokenSource } from './options.js';
import { scope } from './scope.js';
import { postForm, readToken } from './token-answer.js';

/** A service account with a key. */
export interface ServiceAccountOptions {
  /**
   * The key's JSON, as Google's console gives it; for a file `() => readFile(path, 'utf8')`. It is read whenever a token is asked
   * for.
   */
  readonly key: Credential;
}

const source = 'GcpSecretManagerResolver';

/**
 * Tokens for a service account with a key: an assertion, signed with RS256 by the platform's WebCrypto, is exchanged at the key's
 * `token_uri`. The key itself is sent to nobody.
 *
 * Sources: https://google.aip.dev/auth/4112 and https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 * (read 2026-11-23).
 */
export function serviceAccount({ key }: ServiceAccountOptions): GcpTokenSource {
  return async ({ send, clock, environment, signal }) => {
    const {
      client_email: email,
      private_key_id: keyId,
      private_key: pem,
      token_uri,
    } = await readJson(key, 'the key', environment);
    if (typeof email !== 'string' || typeof pem !== 'string') throw unreadable();
    const tokenUri = typeof token_uri === 'string' ? token_uri : 'https://oauth2.googleapis.com/token';
    const url = secureUrl(tokenUri, source, 'token_uri').href;
    const nowS = Math.floor(clock.now() / 1_000);
    const claims = { iss: email, scope, aud: tokenUri, iat: nowS, exp: nowS + 3_600 };
    const assertion = await sign(`${part({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${part(claims)}`, pem);
    const form = postForm({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
    return readToken(
      await send({ what: 'a token of the service account', ...form, url, signal }),
      clock,
      'the token endpoint',
    );
  };
}

function part(fields: object): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(fields)));
}

async function sign(text: string, pem: string): Promise<string> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  try {
    const [, body = ''] = /-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----/.exec(pem) ?? [];
    const der = new Uint8Array(fromBase64(body.replace(/\s+/g, '')));
    const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
    const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(text));
    return `${text}.${toBase64Url(new Uint8Array(signature))}`;
  } catch {
    throw unreadable(); // what the platform says may hold parts of the key
  }
}

function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function unreadable(): Error {
  return providerError('auth', `${source}: the key is not the JSON of a service account with an RSA key`, { source });
}
