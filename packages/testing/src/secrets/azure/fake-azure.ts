import type { Clock } from '@tako/core';

import { bearerOf, issuedTokens, type IssuedTokens } from '../server/issued-tokens.js';
import {
  vendorServer,
  type VendorAnswer,
  type VendorRequest,
  type VendorServer,
  type VendorServerOptions,
} from '../server/vendor-server.js';
import { azureIdentity } from './azure-identity.js';
import { azureVault, type AzureVault } from './azure-vault.js';

/** Who may have tokens of a fake Azure, and for what. */
export interface FakeAzureOptions extends VendorServerOptions {
  /** @defaultValue `11111111-1111-4111-8111-111111111111` */
  readonly tenantId?: string | undefined;
  /** Client id of the application and of the user-assigned identity. @defaultValue `22222222-2222-4222-8222-222222222222` */
  readonly clientId?: string | undefined;
  /** @defaultValue `fake-client-secret` */
  readonly clientSecret?: string | undefined;
  /** The federated token that stands for the workload. @defaultValue `fake-federated-token` */
  readonly federatedToken?: string | undefined;
  /** What App Service's endpoint wants in `x-identity-header`. @defaultValue `fake-identity-header` */
  readonly identityHeader?: string | undefined;
  /** What tokens must be for. @defaultValue `https://vault.azure.net` */
  readonly resource?: string | undefined;
  /** How long tokens hold, in milliseconds. @defaultValue one hour */
  readonly tokenLifetimeMs?: number | undefined;
  /** What times are taken from: a `fakeClock`, for instance. @defaultValue the platform's */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/** A vault, the token endpoint of Entra ID, the instance metadata service and App Service's endpoint, all at one address. */
export interface FakeAzure extends VendorServer {
  readonly vault: AzureVault;
  readonly tokens: IssuedTokens;
}

/** What the parts of the fake share. */
export type AzureContext = {
  readonly [Option in Exclude<keyof FakeAzureOptions, keyof VendorServerOptions>]-?: NonNullable<
    FakeAzureOptions[Option]
  >;
} & {
  /** The address that the client sees. */
  readonly origin: (request: VendorRequest) => string;
};

/**
 * A fake of the part of Azure that reading a secret needs, over http or https on loopback.
 *
 * The vendor's own clients, `@azure/keyvault-secrets` and `@azure/identity`, work with it: the tests of
 * `@tako/secrets-azure-keyvault` drive it with both.
 */
export async function fakeAzure(options: FakeAzureOptions = {}): Promise<FakeAzure> {
  const {
    tenantId = '11111111-1111-4111-8111-111111111111',
    clientId = '22222222-2222-4222-8222-222222222222',
    clientSecret = 'fake-client-secret',
    federatedToken = 'fake-federated-token',
    identityHeader = 'fake-identity-header',
    resource = 'https://vault.azure.net',
    tokenLifetimeMs = 3_600_000,
    clock = Date,
    tls,
  } = options;
  const scheme = tls === undefined ? 'http' : 'https';
  const origin = ({ headers }: VendorRequest): string => `${scheme}://${headers['host'] ?? ''}`;
  const context: AzureContext = {
    tenantId,
    clientId,
    clientSecret,
    federatedToken,
    identityHeader,
    resource,
    tokenLifetimeMs,
    clock,
    origin,
  };
  const tokens = issuedTokens(clock);
  const identity = azureIdentity(context, tokens);
  const { vault, answer } = azureVault(clock);

  const challenge = (request: VendorRequest): VendorAnswer => ({
    status: 401,
    headers: {
      'www-authenticate': `Bearer authorization="${origin(request)}/${tenantId}", resource="${resource}"`,
    },
    body: { error: { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.' } },
  });

  const server = await vendorServer((request) => {
    const given = identity(request);
    if (given !== undefined) return given;
    const audience = tokens.find(bearerOf(request.headers))?.audience;
    return audience === resource ? answer(request, origin(request)) : challenge(request);
  }, options);
  return { ...server, vault, tokens };
}
