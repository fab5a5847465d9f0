import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Secret } from '@tako/core';
import { appRole, kubernetes, VaultResolver, type VaultResolverOptions } from '@tako/secrets-vault';
import { leaks } from '@tako/testing';
import { fakeVault, type FakeVault, type FakeVaultOptions } from '@tako/testing/secrets';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const minute = 60_000;
let nowMs: number;
let vault: FakeVault;
const start = async (options: FakeVaultOptions = {}) => {
  vault = await fakeVault({
    clock: { now: () => nowMs },
    tokenLifetimeMs: 60 * minute,
    tokenLongestMs: 150 * minute,
    ...options,
  });
  vault.put('secret', 'app', { key: 'one' });
};
beforeEach(async () => {
  nowMs = 1_700_000_000_000;
  await start();
});
afterEach(() => vault.close());

const clock = {
  now: () => nowMs,
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
const resolver = (token: VaultResolverOptions['token'], more: Partial<VaultResolverOptions> = {}) =>
  new VaultResolver({ address: vault.url, token, environment: {}, clock, ...more });
const read = async (from: VaultResolver) => (await from.resolve('secret/data/app#key')).expose();
/** What was asked since the last time, in short. */
let heard = 0;
beforeEach(() => {
  heard = 0;
});
const asked = () => {
  const paths = vault.requests.slice(heard).map(({ method, url }) => `${method} ${url.pathname.slice('/v1/'.length)}`);
  heard = vault.requests.length;
  return paths;
};
/** The same, once there are `count` of them: renewals go on beside the call. Sorted, since the two run at once. */
const askedBeside = async (count: number) => {
  await vi.waitFor(() => expect(vault.requests).toHaveLength(heard + count));
  return asked().toSorted();
};
const machine = () => appRole({ roleId: 'fake-role-id', secretId: new Secret('fake-secret-id') });
const login = 'POST auth/approle/login';
const get = 'GET secret/data/app';
const renew = 'POST auth/token/renew-self';
const lookup = 'GET auth/token/lookup-self';

describe('a token', () => {
  test('may be a text, a Secret, $ENV:NAME, a function, one with an end', async () => {
    const { rootToken: token } = vault;
    expect(await read(resolver(token))).toBe('one');
    expect(await read(resolver(new Secret(token)))).toBe('one');
    expect(await read(resolver('$ENV:T', { environment: { T: token } }))).toBe('one');
    expect(await read(resolver(() => token))).toBe('one');
    expect(await read(resolver(async () => ({ token: new Secret(token), expiresAtMs: nowMs + 9e9 })))).toBe('one');
    expect(vault.requests.every(({ headers }) => headers['x-vault-request'] === 'true')).toBe(true);
  });

  test('without options is that of the environment, like the address', async () => {
    const environment = { VAULT_ADDR: vault.url, VAULT_TOKEN: vault.rootToken };
    expect(await read(new VaultResolver({ environment }))).toBe('one');
    await expect(read(new VaultResolver({ environment: { VAULT_ADDR: vault.url } }))).rejects.toMatchObject({
      code: 'auth',
    });
    expect(() => new VaultResolver({ environment: {} })).toThrow('VAULT_ADDR');
  });

  test('that Vault does not know is auth; one that may not read it is permission', async () => {
    await expect(read(resolver('unknown-token'))).rejects.toMatchObject({ code: 'auth', status: 403 });
    expect(asked()).toEqual([get, lookup]);
    vault.forbid('secret/data/app');
    await expect(read(resolver(vault.rootToken))).rejects.toMatchObject({ code: 'permission', status: 403 });
  });

  test('that cannot stand in a header is auth, and does not show', async () => {
    const error: unknown = await read(resolver('hvs.abcdefgh\nx: ijklmnop')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth' });
    expect(leaks(['hvs.abcdefgh', 'ijklmnop'], error)).toEqual([]);
    expect(asked()).toEqual([]);
  });
});

describe('AppRole', () => {
  test('logs in when a secret is asked for, once for 50 at once', async () => {
    const from = resolver(machine());
    expect(asked()).toEqual([]);
    await Promise.all(Array.from({ length: 50 }, () => read(from)));
    expect(asked().filter((path) => path !== get)).toEqual([login]);
    await read(from);
    expect(asked()).toEqual([get]);
  });

  test('renews before the end of the lease, and logs in where a renewal would give little', async () => {
    const from = resolver(machine());
    await read(from);
    expect(asked()).toEqual([login, get]);
    nowMs += 54 * minute;
    await read(from);
    expect(asked()).toEqual([get]);
    nowMs += 2 * minute; // five minutes before the end the lease is renewed, beside the call
    await read(from);
    expect(await askedBeside(2)).toEqual([get, renew]);
    nowMs += 56 * minute;
    await read(from);
    expect(await askedBeside(2)).toEqual([get, renew]);
    nowMs += 36 * minute; // the token may live 2 minutes more, renewed or not
    await read(from);
    expect(await askedBeside(3)).toEqual([get, login, renew]);
    expect(await read(from)).toBe('one');
    expect(asked()).toEqual([get]);
  });

  test('logs in again when the lease has ended, or cannot be renewed', async () => {
    const from = resolver(machine());
    await read(from);
    nowMs += 61 * minute;
    await read(from);
    expect(asked()).toEqual([login, get, login, get]);

    await vault.close();
    await start({ renewable: false });
    heard = 0;
    const other = resolver(machine());
    await read(other);
    nowMs += 56 * minute;
    await read(other);
    expect(await askedBeside(4)).toEqual([get, get, login, login]);
  });

  test('logs in once more when the token was revoked, and tells a forbidden path from it', async () => {
    const from = resolver(machine());
    await read(from);
    vault.tokens.revokeAll();
    expect(await read(from)).toBe('one');
    expect(asked()).toEqual([login, get, get, lookup, login, get]);
    vault.forbid('secret/data/app');
    for (let time = 0; time < 3; time++) {
      await expect(read(from)).rejects.toMatchObject({ code: 'permission' });
      expect(asked()).toEqual([get, lookup]);
    }
  });

  test('50 at once whose token was revoked log in once', async () => {
    const from = resolver(machine());
    await read(from);
    vault.tokens.revokeAll();
    asked();
    const values = await Promise.all(Array.from({ length: 50 }, () => read(from)));
    expect(new Set(values)).toEqual(new Set(['one']));
    expect(asked().filter((path) => path === login)).toEqual([login]);
  });

  test('uses a token that still holds while logins and renewals fail', async () => {
    const from = resolver(machine());
    await read(from);
    nowMs += 57 * minute;
    vault.intercept(({ url }) => (url.pathname.includes('/auth/') ? { status: 503 } : undefined));
    expect(await read(from)).toBe('one');
    expect(await read(from)).toBe('one');
    nowMs += 4 * minute;
    await expect(read(from)).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining('login') });
  });

  test.each([
    [{ secretId: 'wrong-secret-id-77' }, 'auth'],
    [{ secretId: () => Promise.reject(new Error('no')) }, undefined],
    [{ mount: 'elsewhere' }, 'auth'],
  ])('a login with %o that is refused is %s', async (options, code) => {
    const from = resolver(appRole({ roleId: 'fake-role-id', secretId: 'fake-secret-id', ...options }));
    const error: unknown = await read(from).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(code === undefined ? { message: 'no' } : { code });
    expect(leaks(['wrong-secret-id-77', 'fake-secret-id', 'fake-role-id'], error)).toEqual([]);
  });

  test('takes a role without a secret id, and reads a secret id at each login', async () => {
    const ids = ['fake-secret-id', 'wrong'];
    const from = resolver(appRole({ roleId: 'fake-role-id', secretId: () => ids.shift() ?? '' }));
    await read(from);
    vault.tokens.revokeAll();
    await expect(read(from)).rejects.toMatchObject({ code: 'auth' });
    await expect(read(resolver(appRole({ roleId: 'fake-role-id' })))).rejects.toMatchObject({ code: 'auth' });
    expect(JSON.parse(vault.requests.at(-1)?.body ?? '')).toEqual({ role_id: 'fake-role-id' });
  });

  test.each(['../x', 'a?b', '', 'a%2fb'])('%j is no mount', (mount) => {
    expect(() => appRole({ roleId: 'x', mount })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test.each<[string, unknown]>([
    ['no auth', {}],
    ['no token', { auth: { lease_duration: 60 } }],
    ['a token that smuggles a header', { auth: { client_token: 'hvs.abcdefghijk\r\nx: 1', lease_duration: 60 } }],
    ['a token that is no text', { auth: { client_token: 42, lease_duration: 60 } }],
    ['no lease', { auth: { client_token: 'hvs.abcdefghijk' } }],
    ['a lease below nothing', { auth: { client_token: 'hvs.abcdefghijk', lease_duration: -1 } }],
  ])('an answer with %s is malformed_response', async (_, body) => {
    vault.intercept(({ url }) =>
      url.pathname.endsWith('/login') ? { status: 200, body: JSON.stringify(body) } : undefined,
    );
    const error: unknown = await read(resolver(machine())).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'malformed_response' });
    expect(leaks(['hvs.abcdefghijk', 'fake-secret-id'], error)).toEqual([]);
  });

  test('a token without an end is kept', async () => {
    const body = { auth: { client_token: vault.rootToken, lease_duration: 0, renewable: false } };
    vault.intercept(({ url }) => (url.pathname.endsWith('/login') ? { status: 200, body } : undefined));
    const from = resolver(machine());
    await read(from);
    nowMs += 1e12;
    await read(from);
    expect(asked()).toEqual([login, get, get]);
  });

  test('a login that redirects elsewhere is not followed', async () => {
    const elsewhere = await fakeVault({ host: 'localhost' });
    vault.intercept(({ url }) => ({ status: 307, headers: { location: `${elsewhere.url}${url.pathname}` } }));
    await expect(read(resolver(machine()))).rejects.toMatchObject({ code: 'invalid' });
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  test('a login that hangs is timeout, for all who wait; one that leaves does not take the others along', async () => {
    vault.intercept(({ url }) => (url.pathname.endsWith('/login') ? 'hang' : undefined));
    const from = resolver(machine(), { timeoutMs: 200 });
    const leaver = new AbortController();
    const waiting = [from.resolve('secret/data/app', { signal: leaver.signal }), from.resolve('secret/data/app')];
    const outcomes = Promise.allSettled(waiting);
    await vi.waitFor(() => expect(vault.requests).toHaveLength(1));
    leaver.abort();
    const codes = (await outcomes).map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'none'));
    expect(codes).toEqual(['cancelled', 'timeout']);
    vault.intercept(undefined);
    expect(await read(from)).toBe('one');
  });
});

describe('Kubernetes', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tako-vault-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("logs in with the service account's token, read from its file at each login", async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'fake-service-account-token\n');
    const from = resolver(kubernetes({ role: 'fake-role', tokenFile }));
    expect(await read(from)).toBe('one');
    expect(asked()).toEqual(['POST auth/kubernetes/login', get]);
    await writeFile(tokenFile, 'an-ended-token');
    vault.tokens.revokeAll();
    const error: unknown = await read(from).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth' });
    expect(leaks(['an-ended-token', 'fake-service-account-token'], error)).toEqual([]);
  });

  test('takes the token by option, and another mount', async () => {
    await vault.close();
    await start({ kubernetesMount: 'clusters/eu' });
    const jwt = () => 'fake-service-account-token';
    expect(await read(resolver(kubernetes({ role: 'fake-role', jwt, mount: 'clusters/eu' })))).toBe('one');
    await expect(read(resolver(kubernetes({ role: 'other', jwt, mount: 'clusters/eu' })))).rejects.toMatchObject({
      code: 'auth',
    });
  });

  test('outside of a pod there is no token: auth, and Vault is not asked', async () => {
    const from = resolver(kubernetes({ role: 'fake-role', tokenFile: join(folder, 'absent') }));
    await expect(read(from)).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('file') });
    expect(asked()).toEqual([]);
    expect(() => kubernetes({ role: '' })).toThrow('role');
  });
});

describe('namespaces', () => {
  beforeEach(() => void vault.put('secret', 'app', { key: 'web' }, 'team/web'));

  test('hold for the secret, the login, renewals and look-ups', async () => {
    const from = resolver(machine(), { namespace: 'team/web' });
    expect(await read(from)).toBe('web');
    nowMs += 56 * minute;
    await read(from);
    expect(await askedBeside(4)).toContain(renew);
    vault.tokens.revokeAll();
    await read(from);
    expect(vault.requests.length).toBeGreaterThan(6);
    expect(new Set(vault.requests.map(({ headers }) => headers['x-vault-namespace']))).toEqual(new Set(['team/web']));
  });

  test('the login may be in another one', async () => {
    await vault.close();
    await start({ loginNamespace: 'team' });
    vault.put('secret', 'app', { key: 'web' }, 'team/web');
    const from = resolver(machine(), { namespace: 'team/web', loginNamespace: 'team' });
    expect(await read(from)).toBe('web');
    await expect(read(resolver(machine(), { namespace: 'team/web' }))).rejects.toMatchObject({ code: 'auth' });
    const names = vault.requests.slice(0, 2).map(({ headers }) => headers['x-vault-namespace']);
    expect(names).toEqual(['team', 'team/web']);
  });

  test('come from the environment too, and cannot smuggle a header', async () => {
    const environment = { VAULT_NAMESPACE: 'team/web' };
    expect(await read(resolver(vault.rootToken, { environment }))).toBe('web');
    expect(() => resolver('x', { namespace: 'a\r\nx-evil: 1' })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

test('another auth method is a login of your own', async () => {
  const jwt = { path: 'auth/kubernetes/login', body: () => ({ role: 'fake-role', jwt: 'fake-service-account-token' }) };
  expect(await read(resolver(jwt))).toBe('one');
});
