import { verify } from 'node:crypto';

import { bearerOf, type IssuedTokens } from '../server/issued-tokens.js';
import type { VendorAnswer, VendorRequest } from '../server/vendor-server.js';
import type { GcpContext } from './fake-gcp.js';
import { failure } from './gcp-vault.js';

const scope = 'https://www.googleapis.com/auth/cloud-platform';

/** Who gives tokens. */
export interface GcpIdentity {
  /** `undefined` for what is none of their business. */
  readonly answer: (request: VendorRequest) => VendorAnswer | undefined;
  /** Whether a token is a JWT that the service account signed for the API itself, as the vendor's libraries do. */
  readonly isOwnJwt: (token: string) => boolean;
}

/**
 * The metadata server, the token endpoint for service accounts, the Security Token Service, and impersonation.
 *
 * Sources: https://cloud.google.com/compute/docs/metadata/querying-metadata,
 * https://developers.google.com/identity/protocols/oauth2/service-account, https://google.aip.dev/auth/4117 and
 * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken (read 2026-11-23).
 */
export function gcpIdentity(context: GcpContext, tokens: IssuedTokens): GcpIdentity {
  const { serviceAccount, subjectToken, audience, tokenLifetimeMs, clock, projectId, publicKey } = context;
  const expiresInS = tokenLifetimeMs / 1_000;
  const give = (kind: string): VendorAnswer => ({
    status: 200,
    body: { access_token: tokens.issue(kind, tokenLifetimeMs), expires_in: expiresInS, token_type: 'Bearer' },
  });

  /** The claims of a JWT that the service account signed and that holds now. */
  function claimsOf(jwt: string): Readonly<Record<string, unknown>> | undefined {
    const [header = '', payload = '', signature = ''] = jwt.split('.');
    const isSigned =
      signature !== '' &&
      verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), publicKey(), Buffer.from(signature, 'base64url'));
    if (!isSigned) return undefined;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Readonly<Record<string, unknown>>; // signed JSON
    const { iss, iat, exp } = claims;
    const nowS = clock.now() / 1_000;
    const isDated = Number(iat) <= nowS + 60 && Number(exp) > nowS && Number(exp) - Number(iat) <= 3_600;
    return iss === serviceAccount && isDated ? claims : undefined;
  }

  function metadata({ url, headers }: VendorRequest): VendorAnswer {
    const flavor = { 'metadata-flavor': 'Google' };
    if (headers['metadata-flavor'] !== 'Google')
      return { status: 403, headers: flavor, body: 'Missing Metadata-Flavor header' };
    const path = url.pathname.slice('/computeMetadata/v1/'.length);
    if (path === 'project/project-id') return { status: 200, headers: flavor, body: projectId };
    if (path === 'universe/universe-domain') return { status: 200, headers: flavor, body: 'googleapis.com' };
    const [, account] = /^instance\/service-accounts\/([^/]+)\/token$/.exec(path) ?? [];
    if (account === 'default' || account === serviceAccount) return { ...give('cloud-platform'), headers: flavor };
    return { status: path === 'instance' || path === '' ? 200 : 404, headers: flavor, body: '' };
  }

  function forAssertion(request: VendorRequest): VendorAnswer {
    const form = new URLSearchParams(request.body);
    const claims = claimsOf(form.get('assertion') ?? '');
    const isWanted =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      String(claims?.['aud']).endsWith('/token') &&
      String(claims?.['scope']).split(' ').includes(scope);
    return isWanted ? give('cloud-platform') : refusal(400, 'invalid_grant', 'Invalid JWT Signature.');
  }

  function exchange(request: VendorRequest): VendorAnswer {
    const form = new URLSearchParams(request.body);
    const isWanted =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:token-exchange' &&
      form.get('requested_token_type') === 'urn:ietf:params:oauth:token-type:access_token' &&
      form.get('subject_token_type') === 'urn:ietf:params:oauth:token-type:jwt' &&
      (form.get('scope') ?? '').includes('https://www.googleapis.com/auth/') &&
      form.get('audience') === audience;
    if (!isWanted) return refusal(400, 'invalid_request', 'The request is not a token exchange for this provider.');
    if (form.get('subject_token') !== subjectToken)
      return refusal(400, 'invalid_grant', 'The token is not acceptable.');
    const { body } = give('cloud-platform');
    return { status: 200, body: { ...Object(body), issued_token_type: form.get('requested_token_type') } as object };
  }

  function impersonate(request: VendorRequest): VendorAnswer {
    if (tokens.find(bearerOf(request.headers)) === undefined) return failure(401, 'UNAUTHENTICATED', 'no token');
    if (!request.url.pathname.includes(`/${encodeURIComponent(serviceAccount)}:`)) {
      if (!request.url.pathname.includes(`/${serviceAccount}:`)) return failure(404, 'NOT_FOUND', 'no such account');
    }
    const wanted = JSON.parse(request.body) as { readonly scope?: readonly string[] }; // a test's own request
    if (wanted.scope?.includes(scope) !== true) return failure(400, 'INVALID_ARGUMENT', 'scope');
    const expireTime = new Date(clock.now() + tokenLifetimeMs).toISOString();
    return { status: 200, body: { accessToken: tokens.issue('cloud-platform', tokenLifetimeMs), expireTime } };
  }

  return {
    answer(request) {
      const { method, url, headers } = request;
      if (url.pathname === '/' || url.pathname.startsWith('/computeMetadata/v1/')) return metadata(request);
      if (url.pathname === '/subject-token') {
        const isAsked = headers['x-subject'] === 'asked';
        return isAsked ? { status: 200, body: { token: { value: 1 }, id_token: subjectToken } } : { status: 403 };
      }
      if (method !== 'POST') return undefined;
      if (url.pathname === '/token') return forAssertion(request);
      if (url.pathname === '/v1/token') return exchange(request);
      return url.pathname.endsWith(':generateAccessToken') ? impersonate(request) : undefined;
    },
    isOwnJwt: (token) => token.split('.').length === 3 && claimsOf(token) !== undefined,
  };
}

function refusal(status: number, error: string, description: string): VendorAnswer {
  return { status, body: { error, error_description: description } };
}
