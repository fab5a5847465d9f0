import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { AzureKeyVaultResolver, clientSecret } from '@tako/secrets-azure-keyvault';
import { certificateAuthority } from '@tako/testing/loopback';
import { fakeAzure } from '@tako/testing/secrets';
import { afterEach, expect, test } from 'vitest';

const trusted = getCACertificates('default');
afterEach(() => setDefaultCACertificates(trusted));

test('https, with a certificate that is trusted, and not with one that is not', async () => {
  const ca = certificateAuthority();
  const azure = await fakeAzure({ tls: ca.server() });
  azure.vault.set('app-key', 'one');
  const resolver = new AzureKeyVaultResolver({
    vaultUrl: azure.url,
    token: clientSecret({ clientId: '22222222-2222-4222-8222-222222222222', clientSecret: 'fake-client-secret' }),
    resource: 'https://vault.azure.net',
    authorityHost: azure.url,
  });
  await expect(resolver.resolve('app-key')).rejects.toMatchObject({ code: 'transport' });
  expect(azure.requests).toEqual([]);
  setDefaultCACertificates([...trusted, ca.cert]);
  expect((await resolver.resolve('app-key')).expose()).toBe('one');
  await azure.close();
});
