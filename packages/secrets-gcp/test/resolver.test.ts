import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { Secret } from '@tako/core';
import {
  GcpSecretManagerResolver,
  metadataServer,
  serviceAccount,
  workloadIdentity,
  type GcpSecretManagerResolverOptions,
} from '@tako/secrets-gcp';
import { fakeGcp, type FakeGcp } from '@tako/testing/secrets';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let nowMs = 1_700_000_000_000;
let gcp: FakeGcp;
let folder: string;
beforeEach(async () => {
  nowMs = 1_700_000_000_000;
  gcp = await fakeGcp({ clock: { now: () => nowMs } });
  gcp.secrets.set('app-key', 'one');
  folder = await mkdtemp(join(tmpdir(), 'tako-gcp-'));
});
afterEach(async () => {
  await gcp.close();
  await rm(folder, { recursive: true });
});

const clock = {
  now: () => nowMs,
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

const resolver = (
  token: GcpSecretManagerResolverOptions['token'],
  more: Partial<GcpSecretManagerResolverOptions> = {},
) =>
  new GcpSecretManagerResolver({
    projectId: 'fake-project',
    token,
    endpointUrl: gcp.url,
    environment: {},
    clock,
    ...more,
  });
const known = () => resolver(gcp.tokens.issue('cloud-platform', 60_000));

const read = async (from: GcpSecretManagerResolver, key = 'app-key') => (await from.resolve(key)).expose();
const paths = () => gcp.requests.map(({ url }) => url.pathname);
const keyJson = (more: object = {}) => JSON.stringify({ ...gcp.serviceAccountKey, ...more }, undefined, 2);

const external = (source: object, more: object = {}) =>
  JSON.stringify({
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${gcp.url}/v1/token`,
    credential_source: source,
    ...more,
  });

describe('tokens', () => {
  test('a string, a Secret, $ENV:NAME, a function, one with an end', async () => {
    const token = gcp.tokens.issue('cloud-platform', 60_000);
    expect(await read(resolver(token))).toBe('one');
    expect(await read(resolver(new Secret(token)))).toBe('one');
    expect(await read(resolver('$ENV:TOKEN', { environment: { TOKEN: token } }))).toBe('one');
    expect(await read(resolver(() => token))).toBe('one');
    expect(await read(resolver(async () => ({ token: new Secret(token), expiresAtMs: nowMs + 9e9 })))).toBe('one');
  });

  test('of the metadata server', async () => {
    expect(await read(resolver(metadataServer({ metadataUrl: gcp.url })))).toBe('one');
    const account = 'fake@fake-project.iam.gserviceaccount.com';
    expect(await read(resolver(metadataServer({ metadataUrl: gcp.url, serviceAccount: account })))).toBe('one');
    const other = resolver(metadataServer({ metadataUrl: gcp.url, serviceAccount: 'other' }));
    await expect(read(other)).rejects.toMatchObject({ code: 'auth', status: 404 });
    for (const name of ['../project/x', '..', '', 'a/b', 'a b']) {
      expect(() => metadataServer({ serviceAccount: name })).toThrow(/serviceAccount/);
    }
  });

  test("of who answers without the metadata server's header are not taken", async () => {
    gcp.intercept(({ url }) =>
      url.pathname.endsWith('/token') ? { status: 200, body: { access_token: 'sekret', expires_in: 99 } } : undefined,
    );
    await expect(read(resolver(metadataServer({ metadataUrl: gcp.url })))).rejects.toMatchObject({ code: 'auth' });
  });

  test('without options the metadata server has its fixed address', async () => {
    const asked: string[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      asked.push(`${url} ${new Headers(init.headers).get('metadata-flavor')}`);
      return new Response(null, { status: 503, headers: { 'metadata-flavor': 'Google' } });
    };
    await expect(read(resolver(metadataServer(), { fetch }))).rejects.toMatchObject({ code: 'overloaded' });
    const address = 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';
    expect(asked).toEqual([`${address} Google`]);
  });

  test("for a service account's key, from an option, the environment or a file", async () => {
    expect(await read(resolver(serviceAccount({ key: keyJson() })))).toBe('one');
    expect(await read(resolver(serviceAccount({ key: () => new Secret(keyJson()) })))).toBe('one');
    const environment = { KEY: keyJson() };
    expect(await read(resolver(serviceAccount({ key: '$ENV:KEY' }), { environment }))).toBe('one');
  });

  test.each([
    ['no JSON', 'sekret {'],
    ['nothing', ''],
    ['no object', '"sekret"'],
    ['another kind of key', '{"type":"authorized_user","refresh_token":"sekret"}'],
    ['no key inside', JSON.stringify({ client_email: 'a@b', private_key: 'sekret' })],
    [
      'a damaged key',
      JSON.stringify({
        client_email: 'a@b',
        private_key: '-----BEGIN PRIVATE KEY-----\nc2VrcmV0\n-----END PRIVATE KEY-----',
      }),
    ],
  ])('%s is no key, and does not show', async (_, key) => {
    const error: unknown = await resolver(serviceAccount({ key }))
      .resolve('app-key')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/sekret|c2Vrcm/);
    expect(gcp.requests).toEqual([]);
  });

  test('for a key that Google does not know, or whose endpoint is not safe', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const other = resolver(serviceAccount({ key: keyJson({ private_key: privateKey }) }));
    await expect(read(other)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('invalid_grant'),
    });
    const unsafe = resolver(serviceAccount({ key: keyJson({ token_uri: 'http://evil.example/token' }) }));
    await expect(read(unsafe)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('of another provider, from a file, with and without impersonation', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'fake-subject-token\n');
    const account = 'fake@fake-project.iam.gserviceaccount.com';
    const service_account_impersonation_url = `${gcp.url}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
    expect(await read(resolver(workloadIdentity({ config: external({ file }) })))).toBe('one');
    const config = external({ file }, { service_account_impersonation_url });
    expect(await read(resolver(workloadIdentity({ config })))).toBe('one');
    expect(paths().filter((path) => path.endsWith('generateAccessToken'))).toHaveLength(1);
    const other = external(
      { file },
      { service_account_impersonation_url: `${gcp.url}/v1/projects/-/serviceAccounts/x:generateAccessToken` },
    );
    await expect(read(resolver(workloadIdentity({ config: other })))).rejects.toMatchObject({
      code: 'auth',
      status: 404,
    });
    await writeFile(file, 'revoked');
    await expect(read(resolver(workloadIdentity({ config })))).rejects.toMatchObject({ code: 'auth' });
    await rm(file);
    await expect(read(resolver(workloadIdentity({ config })))).rejects.toMatchObject({ code: 'auth' });
  });

  test('of another provider, from an address', async () => {
    const format = { type: 'json', subject_token_field_name: 'id_token' };
    const source = { url: `${gcp.url}/subject-token?audience=x`, headers: { 'X-Subject': 'asked' }, format };
    expect(await read(resolver(workloadIdentity({ config: external(source) })))).toBe('one');
    const refused = external({ ...source, headers: {} });
    await expect(read(resolver(workloadIdentity({ config: refused })))).rejects.toMatchObject({
      code: 'auth',
      status: 403,
    });
    const wrong = external({ ...source, format: { type: 'json', subject_token_field_name: 'token' } });
    await expect(read(resolver(workloadIdentity({ config: wrong })))).rejects.toMatchObject({ code: 'auth' });
  });

  test('that cannot stand in a header are not quoted by the platform', async () => {
    gcp.intercept(({ url }) =>
      url.pathname === '/v1/token' ? { status: 200, body: { access_token: 'sekret\n', expires_in: 60 } } : undefined,
    );
    const file = join(folder, 'token');
    await writeFile(file, 'fake-subject-token');
    const service_account_impersonation_url = `${gcp.url}/v1/projects/-/serviceAccounts/x:generateAccessToken`;
    for (const config of [
      external({ file }),
      external({ file }, { service_account_impersonation_url }),
      external({ url: `${gcp.url}/subject-token`, headers: { 'x-subject': 'sekret\r\nx-evil: 1' } }),
    ]) {
      const from = resolver(workloadIdentity({ config }));
      const error: unknown = await from.resolve('app-key').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: expect.stringMatching(/^(auth|invalid)$/) });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('sekret');
    }
  });

  test('that are refused with the credential in the answer do not show it', async () => {
    gcp.intercept(({ url, body }) => {
      const subject = new URLSearchParams(body).get('subject_token');
      return url.pathname === '/v1/token'
        ? { status: 400, body: { error: subject, error_description: body } }
        : undefined;
    });
    const file = join(folder, 'token');
    await writeFile(file, 'sekret_token');
    const from = resolver(workloadIdentity({ config: external({ file }) }));
    const error: unknown = await from.resolve('app-key').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth', status: 400 });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('sekret');
  });

  test.each([
    [{ environment_id: 'aws1' }, {}, 'unsupported'],
    [{ executable: { command: 'x' } }, {}, 'unsupported'],
    [{ url: 'http://evil.example/token' }, {}, 'invalid'],
    [{ url: 'http://169.254.169.254.evil.example/token' }, {}, 'invalid'],
    [{ url: 'nonsense' }, {}, 'invalid'],
    [{ url: 'https://x' }, { token_url: 'http://sts.example' }, 'invalid'],
    [{ url: 'https://x' }, { audience: undefined }, 'auth'],
  ])('not of %j', async (source, more, code) => {
    const fetch = () => Promise.reject(new Error('asked'));
    const from = resolver(workloadIdentity({ config: external(source, more) }), { fetch });
    await expect(read(from)).rejects.toMatchObject({ code });
  });

  test("may come over http from other clouds' metadata service", async () => {
    const asked: string[] = [];
    const fetch = async (url: string): Promise<Response> => {
      asked.push(url);
      return new Response(null, { status: 404 });
    };
    const url = 'http://169.254.169.254/metadata/identity/oauth2/token?resource=x';
    await read(resolver(workloadIdentity({ config: external({ url }) }), { fetch })).catch(() => undefined);
    expect(asked).toEqual([url]);
  });

  test('are asked for once by all who wait, kept, and renewed early', async () => {
    const from = resolver(metadataServer({ metadataUrl: gcp.url }));
    await Promise.all(Array.from({ length: 50 }, () => read(from)));
    expect(gcp.tokens.count).toBe(1);
    nowMs += 56 * 60_000;
    await read(from); // with the old one, while a new one is on its way
    await expect.poll(() => gcp.tokens.count).toBe(2);
    nowMs += 5 * 60_000;
    expect(await read(from)).toBe('one');
  });

  test('one that was revoked is replaced once', async () => {
    const from = resolver(metadataServer({ metadataUrl: gcp.url }));
    await read(from);
    gcp.tokens.revokeAll();
    expect(await read(from)).toBe('one');
    expect(gcp.tokens.count).toBe(2);
    await expect(read(resolver(() => 'unknown'))).rejects.toMatchObject({ code: 'auth', status: 401 });
  });
});

describe('keys', () => {
  test('a version, the full name, a regional one', async () => {
    gcp.secrets.set('app-key', 'two');
    expect(await read(known())).toBe('two');
    expect(await read(known(), 'app-key#1')).toBe('one');
    expect(await read(known(), 'projects/fake-project/secrets/app-key')).toBe('two');
    expect(await read(known(), 'projects/fake-project/secrets/app-key#1')).toBe('one');
    expect(await read(known(), 'projects/fake-project/locations/europe-west3/secrets/app-key/versions/1')).toBe('one');
    const regional = resolver(gcp.tokens.issue('cloud-platform', 60_000), { location: 'europe-west3' });
    expect(await read(regional)).toBe('two');
    expect(paths().at(-1)).toContain('/locations/europe-west3/');
  });

  test('are asked for at the address of their region', async () => {
    const asked: string[] = [];
    const fetch = async (url: string): Promise<Response> => {
      asked.push(new URL(url).origin);
      return new Response(null, { status: 404 });
    };
    const from = new GcpSecretManagerResolver({ token: 'x', fetch });
    await from.resolve('projects/p/secrets/x').catch(() => undefined);
    await from.resolve('projects/p/locations/europe-west3/secrets/x').catch(() => undefined);
    expect(asked).toEqual([
      'https://secretmanager.googleapis.com',
      'https://secretmanager.europe-west3.rep.googleapis.com',
    ]);
    await expect(from.resolve('x')).rejects.toMatchObject({ code: 'invalid' });
  });

  test('bytes, as base64 where that is asked for', async () => {
    gcp.secrets.set('bytes', new Uint8Array([0, 255, 1]));
    await expect(read(known(), 'bytes')).rejects.toMatchObject({ code: 'malformed_response' });
    const asBase64 = resolver(gcp.tokens.issue('cloud-platform', 60_000), { encoding: 'base64' });
    expect(await read(asBase64, 'bytes')).toBe('AP8B');
    gcp.secrets.set('text', '\ufeffключ');
    expect(await read(known(), 'text')).toBe('\ufeffключ');
    gcp.secrets.set('empty', '');
    expect(await read(known(), 'empty')).toBe('');
  });
});

test('a value from before there were checksums', async () => {
  gcp.intercept(() => ({
    status: 200,
    body: { name: 'projects/1/secrets/app-key/versions/1', payload: { data: btoa('old') } },
  }));
  expect(await read(known())).toBe('old');
});

describe('failures', () => {
  test('missing, disabled, forbidden', async () => {
    await expect(read(known(), 'unknown')).rejects.toMatchObject({ code: 'not_found', status: 404 });
    await expect(read(known(), 'app-key#9')).rejects.toMatchObject({ code: 'not_found' });
    gcp.secrets.disable('app-key', '1');
    await expect(read(known())).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('app-key'),
    });
    gcp.secrets.forbidden.add('app-key');
    await expect(read(known())).rejects.toMatchObject({ code: 'permission' });
  });

  const name = 'projects/1/secrets/app-key/versions/1';
  const data = btoa('sekret');
  test.each([
    ['no JSON', 'sekret'],
    ['no payload', { name }],
    ['an empty checksum', { name, payload: { data, dataCrc32c: '' } }],
    ['a checksum that is no text', { name, payload: { data: '', dataCrc32c: false } }],
    ['a wrong checksum', { name, payload: { data, dataCrc32c: '1' } }],
    ['no base64', { name, payload: { data: '*sekret*', dataCrc32c: '1' } }],
    ['another secret', { name: 'projects/1/secrets/other/versions/1', payload: { data, dataCrc32c: '1' } }],
    ['another version', { name: 'projects/1/secrets/app-key/versions/2', payload: { data: '', dataCrc32c: '0' } }],
  ])('an answer with %s', async (_, body) => {
    gcp.intercept(() => ({ status: 200, body }));
    const error: unknown = await known()
      .resolve('app-key#1')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'malformed_response', message: expect.stringContaining('app-key') });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/sekret|c2Vrcm/);
  });
});

test.each([
  [{ endpointUrl: 'http://secrets.example' }],
  [{ endpointUrl: 'https://user:pass@secrets.example' }],
  [{ projectId: 'a/b' }],
  [{ projectId: 'p', location: '..' }],
  [{ projectId: 'p', timeoutMs: 0 }],
  [{ projectId: 'p', timeoutMs: Number.NaN }],
])('options are refused: %j', (options) => {
  expect(() => new GcpSecretManagerResolver({ token: 'x', ...options })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});
