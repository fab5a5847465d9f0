import { access, readFile } from 'node:fs/promises';

import { ChainedAuth, StaticTokens } from '@tako/auth';
import type { JwtKeys } from '@tako/auth-jwt';
import type { Authenticator, Principal } from '@tako/core';

import type { AuthConfig, GatewayConfig } from '../config/gateway-config.js';
import type { Credentials } from './credentials.js';

/** Who may call, by the chain of a config; only the kinds that are named are loaded. @throws naming the link that cannot be made */
export async function buildAuth(
  { chain, stopOn }: NonNullable<GatewayConfig['auth']>,
  credentials: Credentials,
): Promise<Authenticator> {
  const links: Authenticator[] = [];
  for (const [at, config] of chain.entries()) {
    const path = `auth.chain.${at}`;
    try {
      links.push(await buildLink(config, credentials, path));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(message.startsWith(path) ? message : `${path}: ${message}`, { cause: error });
    }
  }
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
    case 'jwt': {
      const { JwtAuth } = await import('@tako/auth-jwt');
      const { issuer, audience, claims, typ, leewayMs } = config;
      return new JwtAuth({ issuer, audience, claims, typ, leewayMs, keys: await jwtKeys(config, credentials, path) });
    }
    case 'oidc': {
      const { OidcAuth } = await import('@tako/auth-oidc');
      const { issuer, audience, mode, claims, typ, leewayMs, timeoutMs, caFile, clientId, clientSecret } = config;
      return OidcAuth.discover({
        issuer,
        audience,
        mode,
        claims,
        typ,
        leewayMs,
        timeoutMs,
        ca: caFile === undefined ? undefined : await readFile(caFile, 'utf8'),
        introspection:
          clientId === undefined
            ? undefined
            : { clientId, clientSecret: clientSecret === undefined ? undefined : credentials.of(clientSecret) },
      });
    }
    case 'vault': {
      const { VaultAuth } = await import('@tako/auth-vault');
      return new VaultAuth({
        vault: credentials.vault(),
        hashKey: credentials.of(config.hashKey),
        path: config.path,
        ttlMs: config.ttlMs,
      });
    }
    default:
      return config satisfies never;
  }
}

/** @throws where the key cannot be read, or is none */
async function jwtKeys(
  { algorithm, key, jwksUrl: url, jwksFile: file }: Extract<AuthConfig, { type: 'jwt' }>,
  credentials: Credentials,
  path: string,
): Promise<JwtKeys> {
  const { ed25519, es256, hs256, jwksFile, jwksUrl, rs256 } = await import('@tako/auth-jwt');
  if (file !== undefined) {
    await access(file); // it is read when a token comes, which is late to hear that it is not there
    return jwksFile(file, { algorithms: [algorithm] });
  }
  if (key === undefined) return jwksUrl(url ?? '', { algorithms: [algorithm === 'HS256' ? 'RS256' : algorithm] });
  // A PEM has line ends, which no HTTP header may have: it is a text, and no credential of a request.
  const value = await credentials.text(key, `${path}.key`);
  switch (algorithm) {
    case 'HS256':
      return hs256(value);
    case 'RS256':
      return rs256(value);
    case 'ES256':
      return es256(value);
    case 'EdDSA':
      return ed25519(value);
    default:
      return algorithm satisfies never;
  }
}
