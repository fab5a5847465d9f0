import { TakoError, type AuthRequest, type Credentials } from '@tako/core';

import type { RequestHead } from './exchange.js';

/**
 * The credentials in the `Authorization` header: one header with a scheme and one token (RFC 9110, section 11.6.2, and RFC
 * 6750, section 2.1). Queries, cookies and bodies are not looked at.
 *
 * @throws `auth` for anything else; never with the token.
 */
export function credentialsOf(head: RequestHead): Credentials {
  const given = Object.hasOwn(head.headers, 'authorization') ? head.headers['authorization'] : undefined;
  const values = given === undefined ? [] : typeof given === 'string' ? [given] : given;
  const [value] = values;
  if (value === undefined || values.length > 1 || value.length > 8_300) throw noCredentials();
  const found = /^([A-Za-z][A-Za-z0-9-]{0,31}) +([A-Za-z0-9._~+/-]+=*)$/.exec(value);
  if (found === null) throw noCredentials();
  const [, scheme = '', token = ''] = found;
  // Most authenticators never look: the copy is made when one does.
  let request: AuthRequest | undefined;
  return {
    token,
    scheme: scheme.toLowerCase(),
    get request(): AuthRequest {
      return (request ??= requestOf(head));
    },
  };
}

function noCredentials(): TakoError {
  return new TakoError('auth', 'the Authorization header is not one scheme and one token');
}

function requestOf(head: RequestHead): AuthRequest {
  const { method, url, headers: given } = head;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || name === 'authorization') continue;
    headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return { method, url, headers, clientCertificateThumbprint: head.clientCertificateThumbprint?.() };
}
