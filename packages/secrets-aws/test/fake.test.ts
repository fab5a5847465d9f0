import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { fakeAws, type FakeAws } from '@tako/testing/secrets';

let aws: FakeAws;
beforeEach(async () => {
  aws = await fakeAws();
});
afterEach(() => aws.close());

const clientOf = (credentials = aws.keys): SecretsManagerClient =>
  new SecretsManagerClient({
    region: 'eu-central-1',
    endpoint: aws.url,
    maxAttempts: 1,
    credentials: { ...credentials },
  });

test("the vendor's client writes, rotates and reads", async () => {
  const client = clientOf();
  await client.send(new CreateSecretCommand({ Name: 'app/key', SecretString: 'one' }));
  const { VersionId, ARN } = await client.send(new PutSecretValueCommand({ SecretId: 'app/key', SecretString: 'two' }));

  const read = async (input: Omit<GetSecretValueCommand['input'], 'SecretId'>, id = 'app/key') => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id, ...input }));
    return SecretString;
  };
  expect(await read({})).toBe('two');
  expect(await read({}, ARN)).toBe('two');
  expect(await read({ VersionId })).toBe('two');
  expect(await read({ VersionStage: 'AWSPREVIOUS' })).toBe('one');
});

test("the vendor's client reads bytes", async () => {
  aws.secrets.set('bytes', new Uint8Array([0, 255, 1]));
  const { SecretBinary } = await clientOf().send(new GetSecretValueCommand({ SecretId: 'bytes' }));
  expect([...(SecretBinary ?? [])]).toEqual([0, 255, 1]);
});

test("failures are the exceptions that the vendor's client knows", async () => {
  const client = clientOf();
  aws.secrets.set('known', 'x');
  const get = (id: string, VersionId?: string) => client.send(new GetSecretValueCommand({ SecretId: id, VersionId }));
  await expect(get('unknown')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(get('known', crypto.randomUUID())).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  aws.secrets.forbidden.add('known');
  await expect(get('known')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  aws.secrets.set('gone', 'x');
  aws.secrets.remove('gone');
  await expect(get('gone')).rejects.toMatchObject({ name: 'InvalidRequestException' });
});

test('a wrong key is refused', async () => {
  const wrong = clientOf({ accessKeyId: aws.keys.accessKeyId, secretAccessKey: 'wrong' });
  await expect(wrong.send(new GetSecretValueCommand({ SecretId: 'x' }))).rejects.toMatchObject({
    name: 'InvalidSignatureException',
  });
  const unknown = clientOf({ accessKeyId: 'AKIAOTHER', secretAccessKey: 'wrong' });
  await expect(unknown.send(new GetSecretValueCommand({ SecretId: 'x' }))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
});
