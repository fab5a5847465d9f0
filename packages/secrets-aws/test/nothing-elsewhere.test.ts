import { AwsSecretsManagerResolver } from '@tako/secrets-aws';
import { sendsOnlyTo } from '@tako/testing';
import { fakeAws } from '@tako/testing/secrets';
import { expect, test } from 'vitest';

test('it sends nothing but to its endpoint', async () => {
  const aws = await fakeAws();
  try {
    aws.secrets.set('app/key', 'one');
    await sendsOnlyTo([aws.url], async () => {
      const credentials = { ...aws.keys };
      const resolver = new AwsSecretsManagerResolver({ region: 'eu-central-1', endpointUrl: aws.url, credentials });
      expect((await resolver.resolve('app/key')).expose()).toBe('one');
    });
  } finally {
    await aws.close();
  }
});
