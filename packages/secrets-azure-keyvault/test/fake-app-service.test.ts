import { ManagedIdentityCredential } from '@azure/identity';
import { expect, test, vi } from 'vitest';

import { fakeAzure } from '@tako/testing/secrets';

// In a file of its own: the vendor's library looks once in a process where it runs.
test("the vendor's client has App Service's identity", async () => {
  const app = await fakeAzure();
  vi.stubEnv('IDENTITY_ENDPOINT', `${app.url}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', 'fake-identity-header');
  const { token } = await new ManagedIdentityCredential().getToken('https://vault.azure.net/.default');
  expect(app.tokens.find(token)).toMatchObject({ audience: 'https://vault.azure.net' });
  vi.unstubAllEnvs();
  await app.close();
});
