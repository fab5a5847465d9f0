import { TakoError, type Credentials } from '@tako/core';

import { isToken } from './token-syntax.js';

/** A request as HTTP servers have it. */
export interface IncomingRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /**
   * Names in lower case. Of `node:http` pass `request.headersDistinct`: `request.headers` keeps the first of two
   * `authorization` headers, and the second one could not be seen.
   */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** SHA-256 of the client certificate in DER form, base64url, where the connection had one. */
  readonly clientCertificateThumbprint?: string | undefined;
}

/**
 * The credentials in the `Authorization` header of a request: RFC 9110, section 11.6.2, and RFC 6750, section 2.1. Tokens
 * in the query or the body are not looked at.
 *
 * The request that comes with them has all headers but this one.
 *
 * @returns any scheme that is followed by one token; authenticators refuse schemes that they do not know
 * @throws `auth` when there is no such header, more than one, one that is no scheme and token, or a token longer than 8192
 *   characters
 */
export function readCredentials(request: IncomingRequest): Credentials {
  const { authorization, ...others } = request.headers;
  const values = authorization === undefined ? [] : typeof authorization === 'string' ? [authorization] : authorization;
  const [value] = values;
  if (value === undefined) throw new TakoError('auth', 'the request has no Authorization header');
  if (values.length > 1) throw new TakoError('auth', 'the request has more than one Authorization header');

  const space = value.indexOf(' ');
  const scheme = value.slice(0, Math.max(0, space));
  const token = value.slice(space + 1).replace(/^ +/, ''); // 1*SP
  // A scheme is a token of RFC 9110, section 5.6.2; all that are registered are letters, digits and hyphens.
  if (!/^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(scheme) || !isToken(token)) {
    throw new TakoError('auth', 'the Authorization header is not a scheme and one token');
  }
  const headers: Record<string, string> = {};
  for (const [name, given] of Object.entries(others)) {
    if (given !== undefined) headers[name] = typeof given === 'string' ? given : given.join(', ');
  }
  const { method = 'GET', url = '/', clientCertificateThumbprint } = request;
  return { token, scheme: scheme.toLowerCase(), request: { method, url, headers, clientCertificateThumbprint } };
}
