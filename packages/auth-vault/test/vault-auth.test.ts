import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { VaultAuth, type VaultAuthOptions } from '@tako/auth-vault';
import { Secret, TakoError, type ErrorCode, type SecretResolver } from '@tako/core';
import { appRole, kubernetes, VaultResolver, type VaultResolverOptions } from '@tako/secrets-vault';
import { fakeClock, leaks } from '@tako/testing';
import { fakeVault, type FakeVault } from '@tako/testing/secrets';
import nodeVault from 'node-vault';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const hashKey = 'hash-key-3Vd8Kq1Zt6Yw0Rm5Xs9Lb2Nc7';
const token = 'bearer-Xq7Vw2Kd9Lm4Rt8Zb1NcYs6';
const nowMs = Date.UTC(2026, 10, 23);
const record = { tenant_id: 'acme', user_id: 'ada', roles: ['reader'] };
const principal = { tenantId: 'acme', userId: 'ada', roles: ['reader'] };

let vault: FakeVault;
let clock = fakeClock({ nowMs });
beforeEach(async () => {
  clock = fakeClock({ nowMs });
  vault = await fakeVault({ clock, loginNamespace: 'team', secretId: 'secret-id-9fA27cLq40' });
});
afterEach(() => vault.close());

function authOf(options: Partial<VaultAuthOptions> = {}, vaultOptions: VaultResolverOptions = {}): VaultAuth {
  const { rootToken, url: address } = vault;
  const resolver = new VaultResolver({ address, token: rootToken, environment: {}, clock, ...vaultOptions });
  return new VaultAuth({ vault: resolver, hashKey, clock, ...options });
}
const ask = (auth: VaultAuth, bearer = token) => auth.authenticate({ token: bearer, scheme: 'bearer' });

/** As whoever gives tokens out does it: with a client that was written for real Vaults. */
async function store(auth: VaultAuth, data: object, namespace?: string): Promise<void> {
  const client = nodeVault({
    endpoint: vault.url,
    token: vault.rootToken,
    ...(namespace === undefined ? {} : { namespace }),
  });
  await client.write(await auth.keyOf(token), { data });
}

describe('a token', () => {
  test('is looked up under its keyed hash, and stands nowhere', async () => {
    const auth = authOf();
    await store(auth, record);
    expect(await ask(auth)).toEqual(principal);
    const other = authOf({ hashKey: new Secret('another-key-0000000000000000000000') });
    expect(await other.keyOf(token)).not.toBe(await auth.keyOf(token));
    const error = await ask(other).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth' });
    const keys = await Promise.all([auth.keyOf(token), other.keyOf(token)]);
    expect(keys[0]).toMatch(/^secret\/data\/tako\/tokens\/[0-9a-f]{64}$/);
    const shown = [auth, other, error, keys, vault.requests, inspect(auth, { depth: 9, showHidden: true })];
    expect(leaks([token, hashKey], ...shown)).toEqual([]);
  });

  test.each(['../../sys/seal', 'a/../b', 'a/b/c', '%2e%2e', 'a~b.c_d+e-f=='])(
    '%s reaches no other record',
    async (odd) => {
      await expect(ask(authOf(), odd)).rejects.toMatchObject({ code: 'auth' });
      for (const { url } of vault.requests) {
        expect(url.pathname).toMatch(/^\/v1\/secret\/data\/tako\/tokens\/[0-9a-f]{64}$/);
      }
    },
  );

  test('that is revoked works no longer than the record is believed', async () => {
    const auth = authOf({ ttlMs: 60_000 });
    await store(auth, record);
    await ask(auth);
    vault.engine('secret').remove((await auth.keyOf(token)).replace('secret/data/', ''));
    await clock.advance(59_999);
    await expect(ask(auth)).resolves.toEqual(principal);
    await clock.advance(1);
    await expect(ask(auth)).rejects.toMatchObject({ code: 'auth' });
  });

  test('that nobody knows is asked for once in a while, and found when it is there', async () => {
    const auth = authOf({ unknownTtlMs: 5_000 });
    for (const _ of [1, 2, 3]) await expect(ask(auth)).rejects.toMatchObject({ code: 'auth' });
    expect(vault.requests).toHaveLength(1);
    await store(auth, record);
    await clock.advance(5_000);
    await expect(ask(auth)).resolves.toEqual(principal);
  });

  test('unknown ones do not push known ones out', async () => {
    const auth = authOf({ maxEntries: 3 });
    await store(auth, record);
    await ask(auth);
    const before = vault.requests.length;
    for (let at = 0; at < 10; at++) await expect(ask(auth, `guess-${at}`)).rejects.toMatchObject({ code: 'auth' });
    await ask(auth);
    expect(vault.requests.length - before).toBe(10);
  });

  test('ends when its record says, though it is remembered', async () => {
    const auth = authOf();
    await store(auth, { ...record, expires_at: '2026-11-23T01:00:30+01:00' });
    await expect(ask(auth)).resolves.toEqual(principal);
    await clock.advance(29_999);
    await expect(ask(auth)).resolves.toEqual(principal);
    await clock.advance(1);
    await expect(ask(auth)).rejects.toMatchObject({ code: 'auth' });
  });

  test('many at once ask once', async () => {
    const auth = authOf();
    await store(auth, record);
    const before = vault.requests.length;
    await Promise.all(Array.from({ length: 50 }, () => ask(auth)));
    expect(vault.requests.length - before).toBe(1);
  });
});

describe('a record', () => {
  test.each([
    [{ tenant_id: 'acme', user_id: 'ada' }, []],
    [{ ...record, roles: 'team reader' }, ['team reader']],
    [{ ...record, more: { x: 1 } }, ['reader']],
  ])('%j is read', async (data, roles) => {
    const auth = authOf();
    await store(auth, data);
    expect(await ask(auth)).toEqual({ ...principal, roles });
  });

  test.each<object>([
    {},
    { ...record, tenant_id: '' },
    { ...record, user_id: 7 },
    { ...record, roles: [7] },
    { ...record, roles: { admin: true } },
    { ...record, expires_at: '' },
    { ...record, expires_at: 'never' },
    { ...record, expires_at: '2999-01-01' },
    { ...record, expires_at: 4_102_444_800 },
    { ...record, expires_at: '2026-99-99T00:00:00Z' },
  ])('%j cannot be used, and that is not the fault of the caller', async (data) => {
    const auth = authOf();
    await store(auth, data);
    await expect(ask(auth)).rejects.toMatchObject({ code: 'transport' });
  });
});

describe('when Vault does not tell', () => {
  test.each([
    [400, 'transport'],
    [403, 'transport'],
    [412, 'transport'],
    [429, 'rate_limited'],
    [472, 'transport'],
    [473, 'transport'],
    [500, 'transport'],
    [502, 'transport'],
    [503, 'transport'],
    [307, 'transport'],
  ])('an answer of %d is %s, and not remembered', async (status, code) => {
    const auth = authOf();
    await store(auth, record);
    vault.intercept(() => ({
      status,
      headers: { 'retry-after': '7', location: 'https://elsewhere.example/' },
      body: { errors: [token] },
    }));
    const error = await ask(auth).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(leaks([token, vault.rootToken, hashKey], error)).toEqual([]);
    vault.intercept(undefined);
    await expect(ask(auth)).resolves.toEqual(principal);
  });

  test('it says when to come back', async () => {
    vault.intercept(() => ({ status: 429, headers: { 'retry-after': '7' }, body: {} }));
    await expect(ask(authOf())).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 7_000, retryable: true });
  });

  test('that it refuses our own token is an outage', async () => {
    await expect(ask(authOf({}, { token: 'hvs.nobody-knows-it' }))).rejects.toMatchObject({ code: 'transport' });
    await expect(ask(authOf({}, { token: undefined }))).rejects.toMatchObject({ code: 'transport' });
    const wrong = appRole({ roleId: 'fake-role-id', secretId: 'wrong' });
    await expect(ask(authOf({}, { token: wrong }))).rejects.toMatchObject({ code: 'transport' });
  });

  test.each<[ErrorCode, ErrorCode]>([
    ['auth', 'transport'],
    ['invalid', 'transport'],
    ['timeout', 'timeout'],
    ['circuit_open', 'circuit_open'],
    ['budget_exhausted', 'budget_exhausted'],
    ['cancelled', 'cancelled'],
  ])('%s of a resolver is %s', async (code, expected) => {
    const resolver: SecretResolver = {
      resolve: () => Promise.reject(new TakoError(code, 'no')),
      secret: () => () => Promise.reject(new TakoError(code, 'no')),
    };
    await expect(ask(new VaultAuth({ vault: resolver, hashKey, clock }))).rejects.toMatchObject({ code: expected });
  });

  test('of what is no error of ours nothing is shown', async () => {
    const broken = () => Promise.reject(new Error(`GET ${token} ${vault.rootToken}`));
    const auth = new VaultAuth({ vault: { resolve: broken, secret: () => broken }, hashKey, clock });
    const error = await ask(auth).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'transport' });
    expect(leaks([token, vault.rootToken], error)).toEqual([]);
  });
});

describe('logins', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tako-vault-'));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'fake-service-account-token\n');
  afterEach(() => rmSync(tokenFile, { force: true }));

  test.each<[string, VaultResolverOptions['token']]>([
    ['AppRole', appRole({ roleId: 'fake-role-id', secretId: 'secret-id-9fA27cLq40' })],
    ['Kubernetes', kubernetes({ role: 'fake-role', jwt: 'fake-service-account-token' })],
    ['Kubernetes, in a pod', kubernetes({ role: 'fake-role', tokenFile })],
  ])('%s, in the namespace of the records', async (_, login) => {
    writeFileSync(tokenFile, 'fake-service-account-token\n');
    const auth = authOf({}, { token: login, namespace: 'team' });
    await store(auth, record, 'team');
    expect(await ask(auth)).toEqual(principal);
    const own = vault.requests.filter(({ headers }) => headers['x-vault-namespace'] === 'team');
    expect(own.map(({ url }) => url.pathname).filter((path) => path.endsWith('/login'))).toHaveLength(1);
  });

  test('a token of ours that Vault revokes is replaced, and no caller notices', async () => {
    const login = appRole({ roleId: 'fake-role-id', secretId: 'secret-id-9fA27cLq40' });
    const auth = authOf({ ttlMs: 0 }, { token: login, namespace: 'team' });
    await store(auth, record, 'team');
    await ask(auth);
    vault.tokens.revokeAll();
    expect(await ask(auth)).toEqual(principal);
  });
});

describe('the key of the hash', () => {
  test('may come from anywhere, each time it is used', async () => {
    const auth = authOf();
    await store(auth, record);
    for (const given of [new Secret(hashKey), () => hashKey, async () => new Secret(hashKey), '$ENV:HASH_KEY']) {
      const other = authOf({ hashKey: given, environment: { HASH_KEY: hashKey } });
      expect(await ask(other)).toEqual(principal);
    }
  });

  test.each<[string, VaultAuthOptions['hashKey']]>([
    ['throws', () => Promise.reject(new Error(hashKey))],
    ['is too short', () => 'short'],
    ['is not there', '$ENV:NOTHING'],
  ])('one that %s is an outage', async (_, given) => {
    const error = await ask(authOf({ hashKey: given, environment: {} })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'transport' });
    expect(leaks([hashKey], error)).toEqual([]);
  });
});

test.each<[string, object]>([
  ['no vault', { vault: undefined }],
  ['an address in its place', { vault: 'https://vault.example' }],
  ['no key', { hashKey: undefined }],
  ['a short key', { hashKey: 'x'.repeat(31) }],
  ['a short Secret', { hashKey: new Secret('x'.repeat(31)) }],
  ['an empty path', { path: '' }],
  ['a path with a slash at its end', { path: 'secret/data/tokens/' }],
  ['a path to a field', { path: 'secret/data/tokens#x' }],
  ['a time below 0', { ttlMs: -1 }],
  ['a time that is none', { unknownTtlMs: Number.NaN }],
])('refuses %s', (_, options) => {
  expect(() => authOf(options)).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('keyOf refuses what cannot be a token', async () => {
  await expect(authOf().keyOf('a token')).rejects.toMatchObject({ code: 'invalid' });
});
