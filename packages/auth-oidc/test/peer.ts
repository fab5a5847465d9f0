import { X509Certificate } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { TLSSocket } from 'node:tls';

import type { JWK } from 'jose';
import { Provider, type AdapterFactory, type KoaContextWithOIDC } from 'oidc-provider';

import type { ClientAuthMethod } from '../src/index.js';
import { clientAuthMethods } from '../src/introspection/client-auth-method.js';
import type { TestClients } from './clients.js';

/** Who the tokens are for. */
export const audience = 'https://agents.acme.example';

const allAlgorithms = ['HS256', 'RS256', 'ES256', 'EdDSA', 'Ed25519'] as const;

/** How the identity provider is set up. */
export interface PeerOptions {
  /** The methods of client authentication that it takes. @defaultValue all */
  readonly methods?: readonly ClientAuthMethod[];
  /** The algorithms of what clients sign. @defaultValue all of ours, with both names of Ed25519 */
  readonly algorithms?: readonly ('HS256' | 'RS256' | 'ES256' | 'EdDSA' | 'Ed25519')[];
  /** @defaultValue true */
  readonly namesMtlsAlias?: boolean;
}

/** `oidc-provider`, without a server. */
export function peer(
  issuer: string,
  mtlsOrigin: string,
  jwk: JWK,
  clients: TestClients,
  adapter: AdapterFactory,
  { methods = clientAuthMethods, algorithms = allAlgorithms, namesMtlsAlias = true }: PeerOptions,
): RequestListener {
  const takesBasic = methods.includes('client_secret_basic');
  const provider = new Provider(issuer, {
    adapter,
    jwks: { keys: [jwk] },
    clientAuthMethods: [...methods],
    enabledJWA: { clientAuthSigningAlgValues: [...algorithms] },
    clients: [
      ...clients.metadata.filter(({ token_endpoint_auth_method: method }) => methods.some((one) => one === method)),
      ...(takesBasic ? [tokenUser] : []),
      ...(methods.includes('tls_client_auth') ? [boundTokenUser] : []),
    ],
    discovery: namesMtlsAlias
      ? { mtls_endpoint_aliases: { introspection_endpoint: `${mtlsOrigin}/token/introspection` } }
      : {},
    scopes: ['opaque'],
    ttl: { ClientCredentials: 86_400 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        selfSignedTlsClientAuth: methods.includes('self_signed_tls_client_auth'),
        tlsClientAuth: methods.includes('tls_client_auth'),
        getCertificate: (ctx) => certificateOf(ctx)?.toString(),
        certificateAuthorized: (ctx) => socketOf(ctx).authorized,
        certificateSubjectMatches: (ctx, _, expected) => certificateOf(ctx)?.subject === expected,
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (ctx) => ({
          scope: 'opaque',
          audience,
          accessTokenFormat: ctx.oidc.params?.['scope'] === 'opaque' ? 'opaque' : 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: () => ({ tenant_id: 'acme', sub: 'ada', realm_access: { roles: ['admin', 'reader'] } }),
  });
  const handle = provider.callback();
  return (request, response) => void handle(request, response);
}

/** Asks for tokens. */
const tokenUser = {
  client_id: 'ada',
  client_secret: 'ada-secret',
  grant_types: ['client_credentials'],
  scope: 'opaque',
  id_token_signed_response_alg: 'ES256',
  redirect_uris: [],
  response_types: [],
} as const;

/** Asks for tokens that are bound to its certificate. */
const boundTokenUser = {
  ...tokenUser,
  client_secret: undefined,
  client_id: 'bound',
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_subject_dn: 'CN=agents',
  tls_client_certificate_bound_access_tokens: true,
} as const;

function socketOf(ctx: KoaContextWithOIDC): TLSSocket {
  const { socket } = ctx.req;
  if (socket instanceof TLSSocket) return socket;
  throw new Error('the identity provider is asked over TLS alone');
}

function certificateOf(ctx: KoaContextWithOIDC): X509Certificate | undefined {
  return socketOf(ctx).getPeerX509Certificate();
}
