import type { IssuedTokens } from '../server/issued-tokens.js';
import type { VendorAnswer, VendorRequest } from '../server/vendor-server.js';
import type { AzureContext } from './fake-azure.js';

/**
 * Who gives tokens: Entra ID's token endpoint, the instance metadata service (IMDS), App Service.
 *
 * Sources: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow,
 * https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token and
 * https://learn.microsoft.com/en-us/azure/app-service/overview-managed-identity (read 2026-11-23).
 *
 * @returns `undefined` for what is none of their business
 */
export function azureIdentity(
  context: AzureContext,
  tokens: IssuedTokens,
): (request: VendorRequest) => VendorAnswer | undefined {
  const { tenantId, clientId, clientSecret, federatedToken, identityHeader, resource, tokenLifetimeMs, clock } =
    context;

  function exchange(request: VendorRequest): VendorAnswer {
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'client_credentials') return refusal(400, 'unsupported_grant_type', 'AADSTS70003');
    if (!(form.get('scope') ?? '').split(' ').includes(`${resource}/.default`)) {
      return refusal(400, 'invalid_scope', 'AADSTS70011: The provided value for scope is not valid.');
    }
    if (form.get('client_id') !== clientId) return refusal(400, 'unauthorized_client', 'AADSTS700016');
    const isFederated =
      form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' &&
      form.get('client_assertion') === federatedToken;
    if (!isFederated && form.get('client_secret') !== clientSecret) {
      return refusal(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
    }
    const expiresInS = tokenLifetimeMs / 1_000;
    const body = { token_type: 'Bearer', expires_in: expiresInS, ext_expires_in: expiresInS };
    return { status: 200, body: { ...body, access_token: tokens.issue(resource, tokenLifetimeMs) } };
  }

  function managed(request: VendorRequest, version: string): VendorAnswer {
    const query = request.url.searchParams;
    if (query.get('api-version') !== version) return refusal(400, 'invalid_request', 'api-version is not supported');
    if (query.get('resource') !== resource) return refusal(400, 'invalid_resource', 'AADSTS500011');
    if (![null, clientId].includes(query.get('client_id')))
      return refusal(400, 'invalid_request', 'Identity not found');
    const expiresAtS = Math.floor((clock.now() + tokenLifetimeMs) / 1_000);
    const body = { resource, token_type: 'Bearer', client_id: clientId, expires_on: `${expiresAtS}` };
    const expires = version === '2018-02-01' ? { expires_in: `${tokenLifetimeMs / 1_000}` } : {}; // App Service has none
    return { status: 200, body: { ...body, ...expires, access_token: tokens.issue(resource, tokenLifetimeMs) } };
  }

  return (request) => {
    const { method, url, headers } = request;
    switch (url.pathname.replace(/\/$/, '')) {
      case `/${tenantId}/oauth2/v2.0/token`:
        return method === 'POST' ? exchange(request) : refusal(405, 'invalid_request', 'POST is wanted');
      case `/${tenantId}/v2.0/.well-known/openid-configuration`:
        return { status: 200, body: discovery(context.origin(request), tenantId) };
      case '/metadata/identity/oauth2/token':
        if (headers['metadata'] !== 'true')
          return refusal(400, 'invalid_request', 'Required metadata header not specified');
        if (headers['x-forwarded-for'] !== undefined) return refusal(400, 'invalid_request', 'forwarded');
        return managed(request, '2018-02-01');
      case '/msi/token':
        if (headers['x-identity-header'] !== identityHeader) return refusal(401, 'unauthorized', 'no identity header');
        return managed(request, '2019-08-01');
      default:
        return url.pathname.endsWith('/oauth2/v2.0/token') ? refusal(400, 'invalid_request', 'AADSTS90002') : undefined;
    }
  };
}

function discovery(origin: string, tenantId: string): object {
  return {
    issuer: `${origin}/${tenantId}/v2.0`,
    authorization_endpoint: `${origin}/${tenantId}/oauth2/v2.0/authorize`,
    token_endpoint: `${origin}/${tenantId}/oauth2/v2.0/token`,
    end_session_endpoint: `${origin}/${tenantId}/oauth2/v2.0/logout`,
    jwks_uri: `${origin}/${tenantId}/discovery/v2.0/keys`,
  };
}

function refusal(status: number, error: string, description: string): VendorAnswer {
  return { status, body: { error, error_description: description } };
}
