import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { Secret } from '@tako/core';
import {
  AzureKeyVaultResolver,
  clientSecret,
  managedIdentity,
  workloadIdentity,
  type AzureKeyVaultResolverOptions,
} from '@tako/secrets-azure-keyvault';
import { fakeAzure, type FakeAzure } from '@tako/testing/secrets';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const tenantId = '11111111-1111-4111-8111-111111111111';
const clientId = '22222222-2222-4222-8222-222222222222';
const resource = 'https://vault.azure.net';

let nowMs = 1_700_000_000_000;
let azure: FakeAzure;
let folder: string;
beforeEach(async () => {
  nowMs = 1_700_000_000_000;
  azure = await fakeAzure({ clock: { now: () => nowMs } });
  azure.vault.set('app-key', 'one');
  folder = await mkdtemp(join(tmpdir(), 'tako-azure-'));
});
afterEach(async () => {
  await azure.close();
  await rm(folder, { recursive: true });
});

const clock = {
  now: () => nowMs,
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

const resolver = (token: AzureKeyVaultResolverOptions['token'], more: Partial<AzureKeyVaultResolverOptions> = {}) =>
  new AzureKeyVaultResolver({
    vaultUrl: azure.url,
    token,
    resource,
    authorityHost: azure.url,
    environment: {},
    clock,
    ...more,
  });

const read = async (from: AzureKeyVaultResolver, key = 'app-key') => (await from.resolve(key)).expose();
const paths = () => azure.requests.map(({ url }) => url.pathname);

describe('tokens', () => {
  test('a string, a Secret, $ENV:NAME, a function, one with an end', async () => {
    const token = azure.tokens.issue(resource, 60_000);
    expect(await read(resolver(token))).toBe('one');
    expect(await read(resolver(new Secret(token)))).toBe('one');
    expect(await read(resolver('$ENV:TOKEN', { environment: { TOKEN: token } }))).toBe('one');
    expect(await read(resolver(() => token))).toBe('one');
    expect(await read(resolver(async () => ({ token: new Secret(token), expiresAtMs: nowMs + 9e9 })))).toBe('one');
  });

  test("a client's secret, the tenant told or named by the vault", async () => {
    const secret = () => new Secret('fake-client-secret');
    expect(await read(resolver(clientSecret({ clientId, tenantId, clientSecret: secret })))).toBe('one');
    expect(paths()).toEqual([`/${tenantId}/oauth2/v2.0/token`, '/secrets/app-key']);
    expect(await read(resolver(clientSecret({ clientId, clientSecret: secret })))).toBe('one');
  });

  test("a workload's token from a file, by the environment of the platform", async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'fake-federated-token\n');
    const environment = {
      AZURE_CLIENT_ID: clientId,
      AZURE_TENANT_ID: tenantId,
      AZURE_FEDERATED_TOKEN_FILE: file,
      AZURE_AUTHORITY_HOST: `${azure.url}/`,
    };
    const from = resolver(workloadIdentity(), { environment, authorityHost: 'https://login.invalid' });
    expect(await read(from)).toBe('one');
    await writeFile(file, 'revoked');
    azure.tokens.revokeAll();
    await expect(read(from)).rejects.toMatchObject({ code: 'auth' });
    await rm(file);
    await expect(read(from)).rejects.toMatchObject({ code: 'auth', message: expect.not.stringContaining(folder) });
  });

  test("a workload's token by options", async () => {
    const identity = workloadIdentity({ clientId, tenantId, assertion: () => 'fake-federated-token' });
    expect(await read(resolver(identity))).toBe('one');
  });

  test("a machine's identity, its own and one that was given to it", async () => {
    expect(await read(resolver(managedIdentity({ metadataUrl: azure.url })))).toBe('one');
    expect(await read(resolver(managedIdentity({ metadataUrl: azure.url, clientId })))).toBe('one');
    const other = managedIdentity({ metadataUrl: azure.url, clientId: 'other' });
    await expect(read(resolver(other))).rejects.toMatchObject({ code: 'auth' });
  });

  test('without options the metadata service has its fixed address', async () => {
    const asked: string[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      asked.push(`${url} ${new Headers(init.headers).get('metadata')}`);
      return new Response(null, { status: 503 });
    };
    await expect(read(resolver(managedIdentity(), { fetch }))).rejects.toMatchObject({ code: 'overloaded' });
    expect(asked).toEqual([
      'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net true',
    ]);
  });

  test("App Service's identity", async () => {
    const environment = { IDENTITY_ENDPOINT: `${azure.url}/msi/token`, IDENTITY_HEADER: 'fake-identity-header' };
    expect(await read(resolver(managedIdentity(), { environment }))).toBe('one');
    expect(await read(resolver(managedIdentity({ clientId }), { environment }))).toBe('one');
  });

  test.each([
    [404, 'transport'],
    [410, 'transport'],
    [429, 'rate_limited'],
    [400, 'auth'],
    [403, 'auth'],
  ])('the metadata service that answers %d is %s, and never says that there is no secret', async (status, code) => {
    azure.intercept(({ url }) =>
      url.pathname.startsWith('/metadata/') ? { status, body: { error: 'sekret' } } : undefined,
    );
    const error: unknown = await resolver(managedIdentity({ metadataUrl: azure.url }))
      .resolve('app-key')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, status });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('sekret');
  });

  test.each([
    [{ IDENTITY_ENDPOINT: 'http://10.0.0.1/msi', IDENTITY_HEADER: 'x' }, 'invalid'],
    [{ IDENTITY_ENDPOINT: 'http://169.254.1.1.evil.example/msi', IDENTITY_HEADER: 'x' }, 'invalid'],
    [{ IDENTITY_ENDPOINT: 'no address', IDENTITY_HEADER: 'x' }, 'invalid'],
    [{ IDENTITY_ENDPOINT: 'https://localhost', IDENTITY_HEADER: 'x', IDENTITY_SERVER_THUMBPRINT: 'x' }, 'unsupported'],
    [{ IDENTITY_ENDPOINT: 'http://localhost', IMDS_ENDPOINT: 'http://localhost' }, 'unsupported'],
  ])('no identity from %j', async (environment, code) => {
    const fetch = () => Promise.reject(new Error('asked'));
    await expect(read(resolver(managedIdentity(), { environment, fetch }))).rejects.toMatchObject({ code });
  });

  test('are asked for once by all who wait, kept, and renewed early', async () => {
    const from = resolver(managedIdentity({ metadataUrl: azure.url }));
    await Promise.all(Array.from({ length: 50 }, () => read(from)));
    expect(azure.tokens.count).toBe(1);
    nowMs += 54 * 60_000;
    await read(from);
    expect(azure.tokens.count).toBe(1);
    nowMs += 2 * 60_000;
    await read(from); // with the old one, while a new one is on its way
    await expect.poll(() => azure.tokens.count).toBe(2);
    nowMs += 5 * 60_000;
    expect(await read(from)).toBe('one');
    expect(azure.tokens.count).toBe(2);
  });

  test('of a source that never answers are waited for no longer than allowed, and asked for anew', async () => {
    let asked = 0;
    const from = resolver(
      ({ signal }) =>
        new Promise<string>((resolve, reject) => {
          if (++asked > 1) resolve(azure.tokens.issue(resource, 60_000));
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
      { timeoutMs: 50 },
    );
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => read(from)));
    expect(all.map((one) => one.status === 'rejected' && (one.reason as { code: string }).code)).toEqual(
      Array.from({ length: 10 }, () => 'timeout'),
    );
    expect(asked).toBe(1);
    expect(await read(from)).toBe('one');
  });

  test('are no concern of a caller who has left: those who stay get one', async () => {
    let give: (token: string) => void = () => undefined;
    const from = resolver(() => new Promise<string>((resolve) => (give = resolve)));
    const controller = new AbortController();
    const leaving = from.resolve('app-key', { signal: controller.signal });
    const staying = from.resolve('app-key');
    controller.abort('left');
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled', cause: 'left' });
    give(azure.tokens.issue(resource, 60_000));
    expect((await staying).expose()).toBe('one');
  });

  test('one that was revoked is replaced once', async () => {
    const from = resolver(managedIdentity({ metadataUrl: azure.url }));
    await read(from);
    azure.tokens.revokeAll();
    expect(await read(from)).toBe('one');
    expect(azure.tokens.count).toBe(2);
    await expect(read(resolver(() => 'unknown'))).rejects.toMatchObject({ code: 'auth', status: 401 });
  });
});

describe('keys', () => {
  test('a version', async () => {
    const from = resolver(azure.tokens.issue(resource, 60_000));
    const version = azure.vault.set('app-key', 'two');
    expect(await read(from)).toBe('two');
    azure.vault.set('app-key', 'three');
    expect(await read(from, `app-key#${version}`)).toBe('two');
    expect(await read(from, 'APP-key')).toBe('three');
  });
});

describe('failures', () => {
  const from = () => resolver(azure.tokens.issue(resource, 60_000));

  test('missing, forbidden, disabled', async () => {
    await expect(read(from(), 'unknown')).rejects.toMatchObject({ code: 'not_found', status: 404 });
    await expect(read(from(), `app-key#${'0'.repeat(32)}`)).rejects.toMatchObject({ code: 'not_found' });
    azure.vault.disable('app-key');
    await expect(read(from())).rejects.toMatchObject({ code: 'permission' });
    azure.vault.forbidden.add('other');
    await expect(read(from(), 'other')).rejects.toMatchObject({
      code: 'permission',
      message: expect.stringContaining('other'),
    });
  });

  test.each([
    ['no JSON', 'hello'],
    ['no value', { id: 'https://x/secrets/app-key/1' }],
    ['another secret', { value: 'sekret', id: 'https://x/secrets/other/1' }],
    ['nobody knows whose', { value: 'sekret' }],
  ])('an answer with %s', async (_, body) => {
    azure.intercept(() => ({ status: 200, body }));
    const error = await from().resolve('app-key').catch(String);
    expect(error).toContain('app-key');
    expect(error).not.toContain('sekret');
  });

  test('another version than the one we asked for', async () => {
    const version = azure.vault.set('app-key', 'two');
    azure.intercept(() => ({ status: 200, body: { value: 'x', id: `https://x/secrets/app-key/${'0'.repeat(32)}` } }));
    await expect(read(from(), `app-key#${version}`)).rejects.toMatchObject({ code: 'malformed_response' });
  });
});

describe('the tenant that a vault names', () => {
  const challenged = async (header: string, more: Partial<AzureKeyVaultResolverOptions> = {}) => {
    azure.intercept(({ url }) =>
      url.pathname.startsWith('/secrets') ? { status: 401, headers: { 'www-authenticate': header } } : undefined,
    );
    const from = resolver(clientSecret({ clientId, clientSecret: 'fake-client-secret' }), more);
    return from.resolve('app-key').catch((error: unknown) => error);
  };
  const asked = () => paths().filter((path) => path.endsWith('/token'));

  test.each([
    [
      'of an authority that nobody knows',
      `Bearer authorization="https://evil.example/${tenantId}", resource="${resource}"`,
    ],
    [
      'of a look-alike',
      `Bearer authorization="https://login.microsoftonline.com.evil.example/${tenantId}", resource="${resource}"`,
    ],
    ['over http', `Bearer authorization="http://login.microsoftonline.com/${tenantId}", resource="${resource}"`],
    [
      'on another port',
      `Bearer authorization="https://login.microsoftonline.com:8443/${tenantId}", resource="${resource}"`,
    ],
    [
      'for another resource',
      `Bearer authorization="https://login.microsoftonline.com/${tenantId}", resource="https://graph.microsoft.com"`,
    ],
    ['for no resource', `Bearer authorization="https://login.microsoftonline.com/${tenantId}"`],
    ['with a path in it', `Bearer authorization="https://login.microsoftonline.com/a/../b/c", resource="${resource}"`],
    ['with nothing', 'Bearer'],
  ])('is not believed %s', async (_, header) => {
    expect(await challenged(header)).toMatchObject({ code: 'auth' });
    expect(asked()).toEqual([]);
  });

  test("is believed from Microsoft's authorities, and asked for at our own", async () => {
    await challenged(`Bearer authorization="https://login.windows.net/${tenantId}", resource="${resource}"`);
    expect(asked()).toEqual([`/${tenantId}/oauth2/v2.0/token`]);
  });
});

test.each([
  [{ vaultUrl: 'http://vault.example' }],
  [{ vaultUrl: 'http://127.0.0.1.evil.example' }],
  [{ vaultUrl: 'https://user:pass@vault.example' }],
  [{ vaultUrl: 'https://vault.example?x=1' }],
  [{ vaultUrl: 'nonsense' }],
  [{ vaultUrl: 'https://vault.example' }],
  [{ vaultUrl: 'https://x.vault.azure.net', authorityHost: 'http://login.example' }],
  [{ vaultUrl: 'https://x.vault.azure.net', timeoutMs: 0 }],
])('options are refused: %j', (options) => {
  expect(() => new AzureKeyVaultResolver({ token: 'x', ...options })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});

test.each([
  ['https://x.vault.azure.net', 'https://login.microsoftonline.com', 'https://vault.azure.net'],
  ['https://x.vault.azure.cn', 'https://login.partner.microsoftonline.cn', 'https://vault.azure.cn'],
  ['https://x.vault.usgovcloudapi.net', 'https://login.microsoftonline.us', 'https://vault.usgovcloudapi.net'],
])('the cloud of %s', async (vaultUrl, authority, forWhat) => {
  const asked: string[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const form = typeof init.body === 'string' ? init.body : '';
    asked.push(`${url} ${new URLSearchParams(form).get('scope')}`);
    return new Response(null, { status: 503 });
  };
  const token = clientSecret({ clientId, tenantId, clientSecret: 'x' });
  await new AzureKeyVaultResolver({ vaultUrl, token, fetch }).resolve('x').catch(() => undefined);
  expect(asked).toEqual([`${authority}/${tenantId}/oauth2/v2.0/token ${forWhat}/.default`]);
});
