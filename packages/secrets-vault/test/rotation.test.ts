import {
  cachedResolver,
  chainResolvers,
  chat,
  customTracer,
  EnvResolver,
  traceCalls,
  user,
  type SecretResolver,
  type Span,
} from '@tako/core';
import { openai } from '@tako/provider-openai/fetch';
import { appRole, VaultResolver } from '@tako/secrets-vault';
import { fakeClock, leaks } from '@tako/testing';
import { fakeVault, vendorServer, type FakeVault, type VendorServer } from '@tako/testing/secrets';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** The vendor: it knows one key at a time. */
let validKey: string;
let vendor: VendorServer;
let vault: FakeVault;
beforeEach(async () => {
  validKey = 'sk-first-8Qm2';
  vendor = await vendorServer(({ headers }) => {
    if (headers['authorization'] !== `Bearer ${validKey}`) {
      return { status: 401, body: { error: { message: `Incorrect API key: ${headers['authorization']}` } } };
    }
    const message = { role: 'assistant', content: 'Hello.' };
    return { status: 200, body: { id: 'c1', choices: [{ index: 0, message, finish_reason: 'stop' }] } };
  });
  vault = await fakeVault();
  vault.put('secret', 'openai', { key: validKey });
});
afterEach(() => Promise.all([vendor.close(), vault.close()]));

const vaultResolver = () =>
  new VaultResolver({
    address: vault.url,
    token: appRole({ roleId: 'fake-role-id', secretId: 'fake-secret-id' }),
    environment: {},
  });
const key = 'secret/data/openai#key';
const provider = (resolver: SecretResolver) =>
  openai({ model: 'gpt-6-luna', baseUrl: `${vendor.url}/v1`, apiKey: resolver.secret(key), environment: {} });
const fetches = () => vault.requests.filter(({ url }) => url.pathname === '/v1/secret/data/openai').length;
const keysSeen = () => new Set(vendor.requests.map(({ headers }) => headers['authorization']));
const rotate = () => {
  validKey = 'sk-second-7Hx9';
  vault.put('secret', 'openai', { key: validKey });
};

describe('a rotated secret reaches a live provider without a restart', () => {
  test('under 50 concurrent calls, with one fetch', async () => {
    const clock = fakeClock();
    const model = provider(cachedResolver(vaultResolver(), { clock, ttlMs: 60_000 }));
    const call50 = () => Promise.all(Array.from({ length: 50 }, () => chat(model, { messages: [user('Hi')] })));

    expect(await call50()).toHaveLength(50);
    expect(fetches()).toBe(1);
    expect(keysSeen()).toEqual(new Set(['Bearer sk-first-8Qm2']));

    rotate();
    await clock.advance(60_000);
    expect(await call50()).toHaveLength(50);
    expect(fetches()).toBe(2);
    expect(keysSeen()).toEqual(new Set(['Bearer sk-first-8Qm2', 'Bearer sk-second-7Hx9']));
    expect(vault.requests.filter(({ url }) => url.pathname.endsWith('/login'))).toHaveLength(1);
  });

  test('at once, where a key that the vendor refuses is forgotten', async () => {
    const cache = cachedResolver(vaultResolver(), { clock: fakeClock() });
    const model = provider(cache);
    await chat(model, { messages: [user('Hi')] });
    rotate();
    const error: unknown = await chat(model, { messages: [user('Hi')] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth' });
    expect(
      leaks(['sk-first-8Qm2', 'sk-second-7Hx9', 'fake-secret-id', ...vault.tokens.ids], error, cache, model),
    ).toEqual([]);
    cache.forget(key);
    await chat(model, { messages: [user('Hi')] });
    expect(fetches()).toBe(2);
  });

  test('though the store is down, for as long as the cache may be stale', async () => {
    const clock = fakeClock();
    const model = provider(cachedResolver(vaultResolver(), { clock, ttlMs: 60_000, staleIfErrorMs: 600_000 }));
    await chat(model, { messages: [user('Hi')] });
    vault.intercept(() => ({ status: 503 }));
    await clock.advance(60_000);
    await chat(model, { messages: [user('Hi')] });
    await clock.advance(600_000);
    const late = chat(model, { messages: [user('Hi')] });
    await expect(late).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining(key) });
  });
});

test('a chain asks Vault first and the environment for what is not there', async () => {
  const env = new EnvResolver({ environment: { LOCAL: 'from-env' } });
  const chain = chainResolvers([env, vaultResolver()]);
  expect((await chain.resolve('LOCAL')).expose()).toBe('from-env');
  expect((await chain.resolve(key)).expose()).toBe('sk-first-8Qm2');
  expect(fetches()).toBe(1);
});

test('no trace shows a key or a token, whether calls succeed or fail', async () => {
  const told: unknown[] = [];
  const span: Span = {
    kind: 'model_call',
    set: (attributes) => void told.push(attributes),
    event: (name, attributes) => void told.push([name, attributes]),
    end: (error) => void told.push(error),
    run: (work) => work(),
  };
  const tracer = customTracer({
    start: (...of) => {
      told.push(of);
      return span;
    },
  });
  const model = traceCalls(tracer)(provider(vaultResolver()));
  await chat(model, { messages: [user('Hi')] });
  validKey = 'sk-third-5Lw3';
  await expect(chat(model, { messages: [user('Hi')] })).rejects.toMatchObject({ code: 'auth' });
  vault.intercept(({ headers }) => ({ status: 403, body: { errors: [JSON.stringify(headers), 'sk-first-8Qm2'] } }));
  await expect(chat(model, { messages: [user('Hi')] })).rejects.toMatchObject({ code: 'auth' });
  expect(told.length).toBeGreaterThan(6);
  expect(leaks(['sk-first-8Qm2', 'sk-third-5Lw3', 'fake-secret-id', ...vault.tokens.ids], told)).toEqual([]);
});
