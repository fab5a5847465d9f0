import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  ClientSecretCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { certificateAuthority } from '@tako/testing/loopback';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { fakeAzure, type FakeAzure } from '@tako/testing/secrets';

const tenantId = '11111111-1111-4111-8111-111111111111';
const clientId = '22222222-2222-4222-8222-222222222222';

let azure: FakeAzure;
const ca = certificateAuthority();
let folder: string;
beforeEach(async () => {
  azure = await fakeAzure({ tls: ca.server() });
  folder = await mkdtemp(join(tmpdir(), 'tako-azure-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await azure.close();
  await rm(folder, { recursive: true });
});

function clientOf(credential: TokenCredential): SecretClient {
  return new SecretClient(azure.url, credential, {
    disableChallengeResourceVerification: true, // loopback is not in Key Vault's domain
    retryOptions: { maxRetries: 0 },
    tlsOptions: { ca: ca.cert },
  });
}

/** How the vendor's credentials reach the fake in place of Entra ID. */
const entra = () => ({
  authorityHost: azure.url,
  disableInstanceDiscovery: true,
  tlsOptions: { ca: ca.cert },
  retryOptions: { maxRetries: 0 },
});

/** The latest version, and the first. */
async function writeAndRead(client: SecretClient): Promise<unknown[]> {
  const first = await client.setSecret('app-key', 'one');
  await client.setSecret('app-key', 'two');
  const latest = await client.getSecret('app-key');
  const older = await client.getSecret('app-key', { version: first.properties.version ?? '' });
  return [latest.value, older.value];
}

const withSecret = () => new ClientSecretCredential(tenantId, clientId, 'fake-client-secret', entra());

test("the vendor's clients write, rotate and read, with a client's secret", async () => {
  expect(await writeAndRead(clientOf(withSecret()))).toEqual(['two', 'one']);
});

test("the vendor's clients show a workload's token", async () => {
  const tokenFilePath = join(folder, 'token');
  await writeFile(tokenFilePath, 'fake-federated-token');
  expect(
    await writeAndRead(clientOf(new WorkloadIdentityCredential({ tenantId, clientId, tokenFilePath, ...entra() }))),
  ).toEqual(['two', 'one']);
});

test("the vendor's clients have a machine's identity", async () => {
  const machine = await fakeAzure();
  vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', machine.url);
  const credential = new ManagedIdentityCredential({ clientId });
  expect(machine.tokens.find((await credential.getToken('https://vault.azure.net/.default')).token)).toBeDefined();
  await machine.close();
});

test("failures are the errors that the vendor's clients know", async () => {
  const client = clientOf(withSecret());
  await expect(client.getSecret('unknown')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  azure.vault.set('known', 'x');
  azure.vault.disable('known');
  await expect(client.getSecret('known')).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' });
  azure.vault.forbidden.add('other');
  await expect(client.getSecret('other')).rejects.toMatchObject({ statusCode: 403 });
  const wrong = clientOf(new ClientSecretCredential(tenantId, clientId, 'wrong', entra()));
  await expect(wrong.getSecret('known')).rejects.toMatchObject({ message: expect.stringContaining('AADSTS7000215') });
});

test("the vendor's client sees through a challenge for another domain", async () => {
  const careful = new SecretClient(azure.url, withSecret(), { tlsOptions: { ca: ca.cert } });
  await expect(careful.getSecret('known')).rejects.toThrow(/does not match the requested domain/);
});
