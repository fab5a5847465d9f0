import { ChainedAuth, StaticTokens } from '@tako/auth';
import type { Authenticator, Principal } from '@tako/core';

import type { AuthConfig, GatewayConfig } from '../config/gateway-config.js';
import type { Credentials } from './credentials.js';

/** Who may call, by the chain of a config. */
export async function buildAuth(
  { chain, stopOn }: NonNullable<GatewayConfig['auth']>,
  credentials: Credentials,
): Promise<Authenticator> {
  const links: Authenticator[] = [];
  for (const [at, config] of chain.entries()) links.push(await buildLink(config, credentials, `auth.chain.${at}`));
  return new ChainedAuth(links, { stopOn });
}

async function buildLink(config: AuthConfig, credentials: Credentials, path: string): Promise<Authenticator> {
  switch (config.type) {
    case 'tokens': {
      const tokens: [string, Principal][] = [];
      for (const [at, { token, tenant, user, roles = [] }] of config.tokens.entries()) {
        const value = await credentials.read(token, `${path}.tokens.${at}.token`);
        tokens.push([value, { tenantId: tenant, userId: user, roles }]);
      }
      return new StaticTokens(tokens);
    }
    case 'jwt':
    case 'oidc':
      throw new Error('jwt and oidc come with their packages');
    default:
      return config satisfies never;
  }
}
