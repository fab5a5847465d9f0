import { AzureKeyVaultResolver, clientSecret } from '@tako/secrets-azure-keyvault';
import { sendsOnlyTo } from '@tako/testing';
import { fakeAzure } from '@tako/testing/secrets';
import { expect, test } from 'vitest';

test('it sends nothing but to its vault and its authority', async () => {
  const vault = await fakeAzure();
  const authority = await fakeAzure();
  try {
    vault.vault.set('app-key', 'one');
    await sendsOnlyTo([vault.url, authority.url], async () => {
      const resolver = new AzureKeyVaultResolver({
        vaultUrl: vault.url,
        resource: 'https://vault.azure.net',
        authorityHost: authority.url,
        token: clientSecret({
          tenantId: '11111111-1111-4111-8111-111111111111',
          clientId: '22222222-2222-4222-8222-222222222222',
          clientSecret: 'fake-client-secret',
        }),
      });
      // The vault does not know the token of the other fake.
      await expect(resolver.resolve('app-key')).rejects.toMatchObject({ code: 'auth' });
    });
  } finally {
    await vault.close();
    await authority.close();
  }
});
