import { GcpSecretManagerResolver } from '@tako/secrets-gcp';
import { sendsOnlyTo } from '@tako/testing';
import { fakeGcp } from '@tako/testing/secrets';
import { expect, test } from 'vitest';

test('it sends nothing but to its endpoint', async () => {
  const gcp = await fakeGcp();
  try {
    gcp.secrets.set('app-key', 'one');
    await sendsOnlyTo([gcp.url], async () => {
      const token = gcp.tokens.issue('cloud-platform', 60_000);
      const resolver = new GcpSecretManagerResolver({ projectId: 'fake-project', token, endpointUrl: gcp.url });
      expect((await resolver.resolve('app-key')).expose()).toBe('one');
    });
  } finally {
    await gcp.close();
  }
});
