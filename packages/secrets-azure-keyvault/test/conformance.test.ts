import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  AzureKeyVaultResolver,
  clientSecret,
  managedIdentity,
  workloadIdentity,
  type AzureKeyVaultResolverOptions,
} from '@tako/secrets-azure-keyvault';
import { fakeAzure, secretResolverConformance, type FakeAzure } from '@tako/testing/secrets';
import { afterAll, beforeAll, describe, test } from 'vitest';

const clientId = '22222222-2222-4222-8222-222222222222';
const resource = 'https://vault.azure.net';

let folder: string;
let tokenFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tako-azure-'));
  tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'fake-federated-token');
});
afterAll(() => rm(folder, { recursive: true }));

type Access = (azure: FakeAzure) => Pick<AzureKeyVaultResolverOptions, 'token' | 'environment'>;

const sources: readonly (readonly [name: string, access: Access])[] = [
  ['a token', ({ tokens }) => ({ token: tokens.issue(resource, 600_000) })],
  ['a function', ({ tokens }) => ({ token: () => tokens.issue(resource, 600_000) })],
  ["a client's secret", () => ({ token: clientSecret({ clientId, clientSecret: 'fake-client-secret' }) })],
  ['a workload', () => ({ token: workloadIdentity({ clientId, tokenFile }) })],
  ['a machine', ({ url }) => ({ token: managedIdentity({ metadataUrl: url }) })],
  [
    'App Service',
    ({ url }) => ({
      token: managedIdentity(),
      environment: { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: 'fake-identity-header' },
    }),
  ],
];

describe.each(sources)('with %s', (name, access) => {
  const cases = secretResolverConformance({
    name,
    async start() {
      const azure = await fakeAzure();
      return {
        server: azure,
        resolver: ({ timeoutMs }) =>
          new AzureKeyVaultResolver({
            vaultUrl: azure.url,
            resource,
            authorityHost: azure.url,
            timeoutMs,
            environment: {},
            ...access(azure),
          }),
        put(secret, value) {
          const version = azure.vault.set(secret, value);
          return { key: secret, versionKey: `${secret}#${version}` };
        },
        isSecretRequest: ({ url }) => url.pathname.startsWith('/secrets/'),
        refusal: (kind, message) => ({
          status: { forbidden: 403, unauthorized: 401, missing: 404, throttled: 429, down: 503 }[kind],
          headers: kind === 'throttled' ? { 'retry-after': '7' } : {},
          body: { error: { code: message, message } },
        }),
        get credentials() {
          return [...azure.tokens.given, 'fake-client-secret', 'fake-federated-token', 'fake-identity-header'];
        },
        close: azure.close,
      };
    },
  });
  // oxlint-disable-next-line vitest/expect-expect -- the cases throw
  test.each(cases)('$name', ({ run }) => run());
});
