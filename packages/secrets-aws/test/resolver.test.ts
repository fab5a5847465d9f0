import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Secret } from '@tako/core';
import { AwsSecretsManagerResolver, type AwsSecretsManagerConnectionOptions } from '@tako/secrets-aws';
import { fakeAws, type FakeAws, type VendorFault } from '@tako/testing/secrets';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let aws: FakeAws;
let folder: string;
beforeEach(async () => {
  aws = await fakeAws();
  aws.secrets.set('app/key', 'one');
  folder = await mkdtemp(join(tmpdir(), 'tako-aws-'));
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  await rm(folder, { recursive: true });
});

const byChain = (more: AwsSecretsManagerConnectionOptions = {}) =>
  new AwsSecretsManagerResolver({ region: 'eu-central-1', endpointUrl: aws.url, ...more });
const resolver = (timeoutMs?: number) =>
  new AwsSecretsManagerResolver({
    region: 'eu-central-1',
    endpointUrl: aws.url,
    credentials: { ...aws.keys },
    timeoutMs,
  });
const read = async (from: AwsSecretsManagerResolver, key = 'app/key') => (await from.resolve(key)).expose();

describe('credentials', () => {
  test('by options, read at each request', async () => {
    let secretAccessKey = aws.keys.secretAccessKey;
    const environment = { KEY_ID: aws.keys.accessKeyId };
    const credentials = { accessKeyId: '$ENV:KEY_ID', secretAccessKey: () => new Secret(secretAccessKey) };
    const from = byChain({ credentials, environment });
    expect(await read(from)).toBe('one');
    secretAccessKey = 'wrong';
    await expect(read(from)).rejects.toMatchObject({ code: 'auth' });
  });

  test('by a function', async () => {
    expect(await read(byChain({ credentials: async () => ({ ...aws.keys }) }))).toBe('one');
    const broken = byChain({ credentials: () => Promise.reject(new Error('broken')) });
    await expect(read(broken)).rejects.toMatchObject({ code: 'auth', cause: new Error('broken') });
  });

  test('of the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', aws.keys.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.keys.secretAccessKey);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ENDPOINT_URL', 'https://not-read.invalid');
    expect(await read(byChain({ region: undefined }))).toBe('one');
  });

  test('of a profile', async () => {
    const { accessKeyId, secretAccessKey } = aws.keys;
    await writeFile(join(folder, 'config'), '[profile work]\nregion = eu-west-1\n');
    const lines = ['[work]', `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`, ''];
    await writeFile(join(folder, 'credentials'), lines.join('\n'));
    expect(await read(byChain({ profile: 'work', region: undefined }))).toBe('one');
    await expect(read(byChain({ profile: 'other' }))).rejects.toMatchObject({ code: 'auth' });
  });

  test('of a web identity', async () => {
    await writeFile(join(folder, 'token'), 'fake-web-identity-token');
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', join(folder, 'token'));
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/fake');
    vi.stubEnv('AWS_ENDPOINT_URL_STS', `${aws.url}/sts`);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    expect(await read(byChain())).toBe('one');
    await writeFile(join(folder, 'token'), 'another');
    await expect(read(byChain())).rejects.toMatchObject({ code: 'auth' });
  });

  test('of a container', async () => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${aws.url}/container-credentials`);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'fake-container-token');
    expect(await read(byChain())).toBe('one');
  });

  test('of an instance', async () => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined);
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', aws.url);
    expect(await read(byChain())).toBe('one');
  });

  test('of a ready client', async () => {
    const config = { region: 'eu-central-1', endpoint: aws.url, credentials: { ...aws.keys } };
    expect(await read(new AwsSecretsManagerResolver({ client: new SecretsManagerClient(config) }))).toBe('one');
  });

  test('are missing: auth, and the region: invalid', async () => {
    await expect(read(byChain())).rejects.toMatchObject({ code: 'auth' });
    await expect(read(byChain({ region: undefined, credentials: { ...aws.keys } }))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('region'),
    });
  });

  test('that cannot stand in a header are not quoted by the platform', async () => {
    const credentials = async () => ({ ...aws.keys, sessionToken: 'sekret\nx-evil: 1' });
    const error: unknown = await byChain({ credentials })
      .resolve('app/key')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('sekret');
    expect(aws.requests).toEqual([]);
  });

  test('stand in no error when they are refused', async () => {
    const credentials = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'sekret-value' };
    const error: unknown = await byChain({ credentials })
      .resolve('app/key')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth', status: 403 });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('sekret');
  });
});

describe('keys', () => {
  test('name, ARN, version, stage, bytes', async () => {
    const from = resolver();
    const first = aws.secrets.set('app/key', 'one');
    aws.secrets.set('app/key', 'two');
    expect(await read(from)).toBe('two');
    expect(await read(from, aws.secrets.arn('app/key'))).toBe('two');
    expect(await read(from, 'app/key#stage:AWSPREVIOUS')).toBe('one');
    expect(await read(from, `${aws.secrets.arn('app/key')}#${first}`)).toBe('one');
    aws.secrets.set('bytes', new Uint8Array([0, 255, 1]));
    expect(await read(from, 'bytes')).toBe('AP8B');
    aws.secrets.set('empty', '');
    expect(await read(from, 'empty')).toBe('');
  });
});

describe('failures', () => {
  const failing = async (fault: VendorFault, timeoutMs?: number): Promise<unknown> => {
    aws.intercept(() => fault);
    return resolver(timeoutMs)
      .resolve('app/key')
      .catch((error: unknown) => error);
  };

  test('missing, forbidden, marked for deletion', async () => {
    await expect(read(resolver(), 'unknown')).rejects.toMatchObject({ code: 'not_found', requestId: 'fake-request' });
    await expect(read(resolver(), `app/key#${crypto.randomUUID()}`)).rejects.toMatchObject({ code: 'not_found' });
    aws.secrets.forbidden.add('app/key');
    await expect(read(resolver())).rejects.toMatchObject({
      code: 'permission',
      message: expect.stringContaining('app/key'),
    });
    aws.secrets.set('gone', 'x');
    aws.secrets.remove('gone');
    await expect(read(resolver(), 'gone')).rejects.toMatchObject({ code: 'not_found' });
  });

  test.each([
    [
      'throttled',
      { status: 400, headers: { 'retry-after': '2' }, body: { __type: 'ThrottlingException' } },
      'rate_limited',
    ],
    ['too busy', { status: 503 }, 'overloaded'],
    ['broken', { status: 500, body: { __type: 'InternalServiceError' } }, 'provider'],
    ['a proxy', { status: 502, body: '<html>sekret</html>' }, 'provider'],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'invalid'],
    ['no JSON', { status: 200, body: 'sekret' }, 'malformed_response'],
    ['no value', { status: 200, body: { Name: 'app/key' } }, 'malformed_response'],
    ['another secret', { status: 200, body: { Name: 'other', SecretString: 'sekret' } }, 'malformed_response'],
    [
      'a value that is none',
      { status: 200, body: { Name: 'app/key', SecretString: { sekret: 1 } } },
      'malformed_response',
    ],
    ['too long', { status: 200, body: 'x'.repeat(1_048_577) }, 'malformed_response'],
    ['the exception quotes', { status: 400, body: { __type: 'sekret sekret', message: 'sekret' } }, 'invalid'],
    ['the exception is one word', { status: 400, body: { __type: 'sekret' } }, 'invalid'],
    ['a cut connection', 'reset', 'transport'],
  ] as const)('%s', async (_, fault, code) => {
    const error = await failing(fault);
    expect(error).toMatchObject({ code });
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('sekret');
    expect(aws.requests).toHaveLength(1);
  });

  test('a redirect is not followed, nor a body without end read', async () => {
    let chunks = 0;
    async function* endless(): AsyncGenerator<string> {
      for (;;) {
        chunks++;
        yield 'x'.repeat(65_536);
      }
    }
    expect(await failing({ status: 200, body: endless() })).toMatchObject({ code: 'malformed_response' });
    expect(chunks).toBeLessThan(500);
  });

  test('no answer in time, and a caller who leaves', async () => {
    expect(await failing('hang', 50)).toMatchObject({ code: 'timeout' });
    const controller = new AbortController();
    const waiting = resolver().resolve('app/key', { signal: controller.signal });
    controller.abort('left');
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled', cause: 'left' });
    await expect(resolver().resolve('app/key', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  test('nobody listens', async () => {
    const from = byChain({ endpointUrl: 'http://127.0.0.1:1', credentials: { ...aws.keys } });
    await expect(read(from)).rejects.toMatchObject({ code: 'transport' });
  });
});

test.each([
  [{ endpointUrl: 'http://secrets.example' }],
  [{ endpointUrl: 'https://user:pass@secrets.example' }],
  [{ credentials: { accessKeyId: 'x', secretAccessKey: 'y' }, profile: 'z' }],
  [{ timeoutMs: -1 }],
])('options are refused: %j', (options) => {
  expect(() => new AwsSecretsManagerResolver(options)).toThrow(expect.objectContaining({ code: 'invalid' }));
});
