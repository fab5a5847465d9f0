import { OidcAuth, type ClientAuthMethod, type IntrospectionOptions, type OidcAuthOptions } from '../src/index.js';
import { Secret } from '@tako/core';

import { clientIdOf, secret } from './clients.js';
import { type IdentityProvider } from './identity-provider.js';
import { audience } from './peer.js';

/** From the strongest to the weakest. */
export const methods: readonly ClientAuthMethod[] = [
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'private_key_jwt',
  'client_secret_jwt',
  'client_secret_basic',
  'client_secret_post',
];

/** The client that uses a method; that of `private_key_jwt` with ES256. */
export const clientId = (method: ClientAuthMethod): string =>
  clientIdOf(method, method === 'private_key_jwt' ? 'ES256' : undefined);

/** Authenticators that ask an identity provider about tokens. */
export interface Introspecting {
  /** What a method needs. */
  uses(method: ClientAuthMethod): Partial<IntrospectionOptions>;
  /** By default with `client_secret_basic`. */
  discover(introspection?: Partial<IntrospectionOptions>, more?: Partial<OidcAuthOptions>): Promise<OidcAuth>;
  /** With the method's own client, and nothing else to show. */
  discoverWith(method: ClientAuthMethod, more?: Partial<IntrospectionOptions>): Promise<OidcAuth>;
}

/** @param get the identity provider, which is started before the first test */
export function introspecting(get: () => IdentityProvider): Introspecting {
  const uses: Introspecting['uses'] = (method) => {
    const { clients, mtlsCa } = get();
    const means: Readonly<Record<ClientAuthMethod, Partial<IntrospectionOptions>>> = {
      client_secret_basic: { clientSecret: secret },
      client_secret_post: { clientSecret: new Secret(secret) },
      client_secret_jwt: { clientSecret: async () => secret },
      private_key_jwt: { privateKey: clients.keys.ES256 },
      tls_client_auth: { mtls: clients.issued, ca: mtlsCa },
      self_signed_tls_client_auth: { mtls: clients.selfSigned, ca: mtlsCa },
    };
    return means[method];
  };
  const discover: Introspecting['discover'] = (introspection = {}, more = {}) => {
    const { issuer, ca } = get();
    const basic = {
      clientId: clientId('client_secret_basic'),
      method: 'client_secret_basic',
      clientSecret: secret,
    } as const;
    return OidcAuth.discover({ issuer, ca, audience, introspection: { ...basic, ...introspection }, ...more });
  };
  return {
    uses,
    discover,
    discoverWith: (method, more = {}) =>
      discover({ method, clientSecret: undefined, clientId: clientId(method), ...uses(method), ...more }),
  };
}
