import { certificateAuthority } from '@tako/testing/loopback';
import { fakeVault, type FakeVault } from '@tako/testing/secrets';
import nodeVault from 'node-vault';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** What the fake says of a Vault is believed because a client that was written for real ones works with it, over TLS. */
let vault: FakeVault;
const ca = certificateAuthority();
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.UTC(2026, 0);
  vault = await fakeVault({
    tls: ca.server(),
    clock: { now: () => nowMs },
    tokenLifetimeMs: 600_000,
    tokenLongestMs: 900_000,
  });
});
afterEach(() => vault.close());

const client = (options: nodeVault.VaultOptions = {}) =>
  nodeVault({ endpoint: vault.url, noCustomHTTPVerbs: true, requestOptions: { ca: ca.cert }, ...options });
const root = (namespace?: string) =>
  client({ token: vault.rootToken, ...(namespace === undefined ? {} : { namespace }) });
const status = (statusCode: number) => ({ response: { statusCode } });

describe('version 2 of the engine', () => {
  test('writes, reads, lists, deletes and undeletes versions', async () => {
    await root().write('secret/data/app/db', { data: { password: 'one' } });
    const second = await root().write('secret/data/app/db', { data: { password: 'two' } });
    expect(second.data).toMatchObject({ version: 2, destroyed: false, deletion_time: '' });

    const newest = await root().read('secret/data/app/db');
    expect(newest).toMatchObject({ lease_duration: 0, renewable: false, auth: null });
    expect(newest.data).toMatchObject({ data: { password: 'two' }, metadata: { version: 2 } });
    expect((await root().read('secret/data/app/db?version=1')).data.data).toEqual({ password: 'one' });
    expect((await root().list('secret/metadata/')).data).toEqual({ keys: ['app/'] });
    expect((await root().list('secret/metadata/app')).data).toEqual({ keys: ['db'] });

    await root().delete('secret/data/app/db');
    const gone = await root()
      .read('secret/data/app/db')
      .catch((error: unknown) => error);
    expect(gone).toMatchObject(status(404));
    expect(gone).toMatchObject({ response: { body: { data: { data: null, metadata: { version: 2 } } } } });
    await root().write('secret/undelete/app/db', { versions: [2] });
    expect((await root().read('secret/data/app/db')).data.data).toEqual({ password: 'two' });
    await root().write('secret/destroy/app/db', { versions: [2] });
    await expect(root().read('secret/data/app/db')).rejects.toMatchObject(status(404));
    expect((await root().read('secret/metadata/app/db')).data).toMatchObject({ current_version: 2 });
    await root().delete('secret/metadata/app/db');
    await expect(root().list('secret/metadata/')).rejects.toMatchObject({ response: { body: { errors: [] } } });
  });

  test('checks and sets', async () => {
    await root().write('secret/data/x', { data: { a: 1 }, options: { cas: 0 } });
    const again = root().write('secret/data/x', { data: { a: 2 }, options: { cas: 0 } });
    await expect(again).rejects.toMatchObject(status(400));
    await root().write('secret/data/x', { data: { a: 2 }, options: { cas: 1 } });
  });
});

test('version 1 of the engine writes, reads, lists and deletes', async () => {
  await root().write('kv1/app', { password: 'one' });
  expect(await root().read('kv1/app')).toMatchObject({ data: { password: 'one' }, lease_duration: 2_764_800 });
  expect((await root().list('kv1')).data).toEqual({ keys: ['app'] });
  await root().delete('kv1/app');
  await expect(root().read('kv1/app')).rejects.toMatchObject(status(404));
});

describe('tokens', () => {
  test('are looked up, renewed as long as they may live, and end', async () => {
    const { auth } = await root().tokenCreate({ ttl: '10m' });
    expect(auth).toMatchObject({ lease_duration: 600, renewable: true });
    const mine = client({ token: auth.client_token });
    expect((await mine.tokenLookupSelf()).data).toMatchObject({ id: auth.client_token, ttl: 600, renewable: true });
    nowMs += 500_000;
    expect((await mine.tokenRenewSelf()).auth).toMatchObject({ client_token: auth.client_token, lease_duration: 400 });
    nowMs += 400_000;
    await expect(mine.tokenLookupSelf()).rejects.toMatchObject(status(403));
    await expect(mine.read('secret/data/x')).rejects.toMatchObject(status(403));
  });

  test('end when they are revoked; the root token does not end', async () => {
    const { auth } = await root().tokenCreate();
    const mine = client({ token: auth.client_token });
    await mine.tokenRevokeSelf();
    await expect(mine.tokenLookupSelf()).rejects.toMatchObject(status(403));
    vault.tokens.revokeAll();
    nowMs += 1e12;
    expect((await root().tokenLookupSelf()).data).toMatchObject({ ttl: 0, renewable: false, expire_time: null });
    await expect(root().tokenRenewSelf()).rejects.toMatchObject(status(400));
  });

  test('are needed, and may not read what is forbidden', async () => {
    vault.put('secret', 'x', { a: 'b' });
    await expect(client().read('secret/data/x')).rejects.toMatchObject(status(403));
    await expect(client({ token: 'unknown' }).read('secret/data/x')).rejects.toMatchObject(status(403));
    vault.forbid('secret/data/x');
    await expect(root().read('secret/data/x')).rejects.toMatchObject(status(403));
  });
});

describe('logins', () => {
  test('by AppRole', async () => {
    vault.put('secret', 'x', { a: 'b' });
    const mine = client();
    const { auth } = await mine.approleLogin({ role_id: 'fake-role-id', secret_id: 'fake-secret-id' });
    expect(auth).toMatchObject({ lease_duration: 600, renewable: true, client_token: mine.token });
    expect((await mine.read('secret/data/x')).data.data).toEqual({ a: 'b' });
    const wrong = client().approleLogin({ role_id: 'fake-role-id', secret_id: 'wrong' });
    await expect(wrong).rejects.toMatchObject(status(400));
  });

  test('by Kubernetes', async () => {
    const mine = client();
    await mine.kubernetesLogin({ mount_point: 'kubernetes', role: 'fake-role', jwt: 'fake-service-account-token' });
    expect((await mine.tokenLookupSelf()).data).toMatchObject({ path: 'auth/kubernetes/login' });
    const unknown = client().kubernetesLogin({
      mount_point: 'kubernetes',
      role: 'other',
      jwt: 'fake-service-account-token',
    });
    await expect(unknown).rejects.toMatchObject(status(400));
    await expect(
      client().kubernetesLogin({ mount_point: 'kubernetes', role: 'fake-role', jwt: 'x' }),
    ).rejects.toMatchObject(status(403));
  });
});

test('namespaces are apart; tokens reach into those below theirs', async () => {
  vault.put('secret', 'x', { a: 'web' }, 'team/web');
  expect((await root('team/web').read('secret/data/x')).data.data).toEqual({ a: 'web' });
  await expect(root('team').read('secret/data/x')).rejects.toMatchObject(status(404));
  await expect(root('nowhere').read('secret/data/x')).rejects.toMatchObject(status(404));
  const { client_token: token } = (await root('team').tokenCreate()).auth;
  expect(token).toBeDefined();
  const { id } = vault.tokens.issue({ namespace: 'team' });
  expect((await client({ token: id, namespace: 'team/web' }).read('secret/data/x')).data.data).toEqual({ a: 'web' });
  await expect(client({ token: id }).read('secret/data/x')).rejects.toMatchObject(status(403));
});

test('says that it is well', async () => {
  expect(await client().health()).toMatchObject({ initialized: true, sealed: false });
});
