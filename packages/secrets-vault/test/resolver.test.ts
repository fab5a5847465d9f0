import { inspect } from 'node:util';

import { VaultResolver, type VaultResolverOptions } from '@tako/secrets-vault';
import { leaks } from '@tako/testing';
import { certificateAuthority } from '@tako/testing/loopback';
import { fakeVault, type FakeVault } from '@tako/testing/secrets';
import { undiciTransport } from '@tako/transport-undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let vault: FakeVault;
beforeEach(async () => {
  vault = await fakeVault({ rootToken: 'root-token-5WfQ2' });
});
afterEach(() => vault.close());

const resolver = (more: Partial<VaultResolverOptions> = {}) =>
  new VaultResolver({ address: vault.url, token: vault.rootToken, environment: {}, ...more });
const read = async (key: string, more?: Partial<VaultResolverOptions>) => (await resolver(more).resolve(key)).expose();

describe('fields', () => {
  const data = { text: 'a "b"', number: 7, yes: true, list: [1, 'x'], object: { a: null }, empty: '', nothing: null };
  beforeEach(() => void vault.put('secret', 'app', data));

  test('without one all of them are given, as compact JSON', async () => {
    expect(JSON.parse(await read('secret/data/app'))).toEqual(data);
    expect(await read('secret/data/app')).not.toMatch(/[:,] /);
  });

  test.each([
    ['text', 'a "b"'],
    ['number', '7'],
    ['yes', 'true'],
    ['list', '[1,"x"]'],
    ['object', '{"a":null}'],
    ['empty', ''],
  ])('%s is given, a text as it is and others as JSON', async (field, expected) => {
    expect(await read(`secret/data/app#${field}`)).toBe(expected);
  });

  test.each(['missing', 'nothing', 'constructor', '__proto__', 'toString', '/text', 'object.a'])(
    '%s is not there: not_found',
    async (field) => {
      await expect(read(`secret/data/app#${field}`)).rejects.toMatchObject({
        code: 'not_found',
        message: expect.stringContaining(`secret/data/app#${field}`),
      });
    },
  );

  test('of version 1 of the engine', async () => {
    vault.put('kv1', 'app', { text: 'first' });
    expect(await read('kv1/app#text', { kvVersion: 1 })).toBe('first');
    expect(await read('kv1/app', { kvVersion: 1 })).toBe('{"text":"first"}');
  });

  test('a mount may have slashes, a path blanks and other letters', async () => {
    vault.put('team/kv', 'my app/ü+&=', { a: 'b' });
    expect(await read('team/kv/data/my app/ü+&=#a')).toBe('b');
  });
});

test.each(['12345678901234567890', '9007199254740993', '1e400', '{"a":[12345678901234567890]}'])(
  'the number in %s is not rounded silently',
  async (text) => {
    vault.intercept(() => ({ status: 200, body: `{"data":{"data":{"a":${text},"b":0.5,"c":9007199254740991}}}` }));
    for (const key of ['secret/data/app#a', 'secret/data/app']) {
      await expect(read(key)).rejects.toMatchObject({ code: 'malformed_response' });
    }
    expect([await read('secret/data/app#b'), await read('secret/data/app#c')]).toEqual(['0.5', '9007199254740991']);
  },
);

test('a version that was deleted is not_found', async () => {
  vault.put('secret', 'app', { a: 'b' });
  vault.engine('secret').remove('app');
  await expect(read('secret/data/app#a')).rejects.toMatchObject({ code: 'not_found', status: 404 });
});

test.each([
  [412, 'overloaded'], // a node that has not caught up
  [472, 'invalid'],
  [500, 'provider'],
  [503, 'overloaded'], // sealed
  [307, 'invalid'], // a standby node that does not forward
])('an answer of %d is %s, and asked once', async (status, code) => {
  vault.intercept(() => ({ status, headers: { location: 'https://elsewhere.example/' }, body: { errors: ['x'] } }));
  await expect(read('secret/data/app')).rejects.toMatchObject({ code, status });
  expect(vault.requests).toHaveLength(1);
});

test.each<[string, unknown]>([
  ['data that is a number', { data: { data: 42 } }],
  ['data that is a list', { data: { data: ['x'] } }],
  ['data of version 1', { data: { a: 'b' } }],
  ['data that is null', { data: { data: null, metadata: {} } }],
])('an answer with %s is malformed_response', async (_, body) => {
  vault.intercept(() => ({ status: 200, body: JSON.stringify(body) }));
  await expect(read('secret/data/app')).rejects.toMatchObject({ code: 'malformed_response' });
});

test('an answer that is not UTF-8 is malformed_response, not a mangled secret', async () => {
  const fetch = async () => new Response(Buffer.from('{"data":{"data":{"a":"\xff\xfe"}}}', 'latin1'));
  await expect(read('secret/data/app#a', { fetch })).rejects.toMatchObject({ code: 'malformed_response' });
});

describe('the address', () => {
  test.each([
    'http://vault.example:8200',
    'http://10.0.0.1:8200',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://127.0.0.2:8200',
    'http://[::2]:8200',
    'http://0.0.0.0',
    'ftp://localhost',
    'https://user:secret-of-user@vault.example',
    'https://vault.example/?x=1',
    'https://vault.example/#x',
    'vault.example:8200',
    '//vault.example',
    'https://[::1',
    '',
  ])('%j is refused, and not shown', (address) => {
    let error: unknown;
    try {
      resolver({ address });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'invalid' });
    expect(String(error)).not.toContain('secret-of-user');
  });

  test.each([
    ['https://vault.example', 'https://vault.example/v1/secret/data/app'],
    ['HTTPS://Vault.Example:8200/', 'https://vault.example:8200/v1/secret/data/app'],
    ['https://example.com/vault/', 'https://example.com/vault/v1/secret/data/app'],
    ['http://localhost:8200', 'http://localhost:8200/v1/secret/data/app'],
    ['http://[::1]:8200', 'http://[::1]:8200/v1/secret/data/app'],
  ])('%s', async (address, expected) => {
    const asked: string[] = [];
    const fetch = async (url: string) => {
      asked.push(url);
      return Response.json({ data: { data: { a: 'b' } } });
    };
    expect(await read('secret/data/app#a', { address, fetch })).toBe('b');
    expect(asked).toEqual([expected]);
  });
});

test('over TLS with an authority of your own, by a transport', async () => {
  const ca = certificateAuthority();
  const secure = await fakeVault({ tls: ca.server() });
  secure.put('secret', 'app', { a: 'b' });
  const trusting = undiciTransport({ ca: ca.cert });
  try {
    const options = { address: secure.url, token: secure.rootToken };
    expect(await read('secret/data/app#a', { ...options, transport: trusting })).toBe('b');
    await expect(read('secret/data/app#a', options)).rejects.toMatchObject({
      code: 'transport',
      message: expect.stringContaining('certificate'),
    });
  } finally {
    await trusting.close();
    await secure.close();
  }
});

test('neither the resolver nor what it gives shows a secret or the token', async () => {
  vault.put('secret', 'app', { a: 'Val-93hQ0vTzLm' });
  const from = resolver({ token: vault.rootToken });
  const secret = await from.resolve('secret/data/app#a');
  const credential = from.secret('secret/data/app#a');
  expect(leaks(['Val-93hQ0vTzLm', vault.rootToken], from, secret, credential, inspect({ from, secret }))).toEqual([]);
});
