import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { JwtAuth, jwksFile, jwksUrl, type JwksFileOptions, type JwksUrlOptions, type JwtKeys } from '@tako/auth-jwt';
import { fakeClock } from '@tako/testing';
import {
  keySetServer,
  newSigner,
  publicJwk,
  signToken,
  type KeySetServer,
  type TokenSigner,
} from '@tako/testing/identity';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const nowMs = Date.UTC(2026, 10, 23);
const first = await newSigner('ES256', 'first');
const second = await newSigner('ES256', 'second');
const refused = { code: 'auth' };

let clock = fakeClock({ nowMs });
beforeEach(() => {
  clock = fakeClock({ nowMs });
});

function asking(keys: JwtKeys) {
  const auth = new JwtAuth({ keys, clock });
  return (signer: TokenSigner, header: Readonly<Record<string, unknown>> = {}) => {
    const payload = { sub: 'ada', tenant_id: 'acme', exp: clock.now() / 1_000 + 60 };
    return auth.authenticate({ token: signToken(signer, { header, payload }), scheme: 'bearer' });
  };
}

describe('by URL', () => {
  let server: KeySetServer;
  beforeEach(async () => {
    server = await keySetServer([publicJwk(first)]);
  });
  afterEach(() => server.close());

  const by = (options: JwksUrlOptions = {}) => asking(jwksUrl(server.url, { algorithms: ['ES256'], ...options }));

  test('nothing is asked before the first token, nor twice while the keys are fresh', async () => {
    const ask = by();
    expect(server.requests()).toBe(0);
    for (const _ of [1, 2, 3]) await ask(first);
    expect(server.requests()).toBe(1);
  });

  test('a key that is gone is refused when the keys are old', async () => {
    const ask = by({ maxAgeMs: 100_000 });
    await ask(first);
    server.publish([publicJwk(second)]);
    await clock.advance(99_999);
    await expect(ask(first)).resolves.toBeDefined();
    await clock.advance(1);
    await expect(ask(first)).rejects.toMatchObject(refused);
  });

  test('in an outage old keys are good until they are too old, and each failure says when to come back', async () => {
    const ask = by({ maxAgeMs: 100_000, maxStaleMs: 200_000, coolDownMs: 30_000 });
    await ask(first);
    server.fail('error');
    await clock.advance(199_999);
    await expect(ask(first)).resolves.toBeDefined();
    await clock.advance(1);
    await expect(ask(first)).rejects.toMatchObject({ code: 'transport', retryAfterMs: 29_999 });
    expect(server.requests()).toBe(2);
    server.fail(undefined);
    await clock.advance(29_999);
    await expect(ask(first)).resolves.toBeDefined();
  });

  test('a token of another issuer, or that has expired, has nobody asked', async () => {
    server.fail('error');
    const keys = jwksUrl(server.url, { algorithms: ['ES256'] });
    const auth = new JwtAuth({ keys, issuer: 'https://id.example', clock });
    const own = { sub: 'ada', tenant_id: 'acme', exp: nowMs / 1_000 + 60, iss: 'https://id.example' };
    for (const claims of [{ iss: 'https://other.example' }, { exp: 1 }, { iss: undefined }]) {
      const token = signToken(first, { payload: { ...own, ...claims } });
      await expect(auth.authenticate({ token, scheme: 'bearer' })).rejects.toMatchObject(refused);
    }
    expect(server.requests()).toBe(0);
    const token = signToken(first, { payload: own });
    await expect(auth.authenticate({ token, scheme: 'bearer' })).rejects.toMatchObject({ code: 'transport' });
  });

  test('a server that asks us to wait is rate_limited; one that refuses us is no fault of the caller', async () => {
    for (const [status, code] of [
      [429, 'rate_limited'],
      [401, 'transport'],
      [403, 'transport'],
      [404, 'transport'],
    ]) {
      const fetch = async () => Response.json({ keys: [publicJwk(first)] }, { status: Number(status) });
      await expect(by({ fetch })(first)).rejects.toMatchObject({ code });
    }
  });

  test('a token without kid has the only key that fits, and none where there are two', async () => {
    const ask = by();
    await expect(ask(first, { kid: undefined })).resolves.toBeDefined();
    server.publish([publicJwk(first), publicJwk(second), publicJwk(await newSigner('RS256', 'third'))]);
    await clock.advance(600_000);
    await expect(ask(first, { kid: undefined })).rejects.toMatchObject(refused);
    await expect(ask(first)).resolves.toBeDefined();
  });

  test('two keys of one name are none', async () => {
    server.publish([publicJwk(first), { ...publicJwk(second), kid: 'first' }]);
    await expect(by()(first)).rejects.toMatchObject(refused);
  });

  test('a key that is published with its private half is not used', async () => {
    server.publish([{ ...first.key.export({ format: 'jwk' }), kid: 'first' }]);
    await expect(by()(first)).rejects.toMatchObject(refused);
  });

  test('keys that cannot be read do not hide those that can', async () => {
    const odd = [
      null,
      7,
      [],
      {},
      { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' },
      { kty: 'OKP', crv: 'X448', x: '' },
    ];
    const fetch = async () => Response.json({ keys: [...odd, publicJwk(first)] });
    await expect(by({ fetch })(first)).resolves.toBeDefined();
  });

  test.each([{ keys: {} }, {}, [], null, 'keys', { keys: Array.from({ length: 501 }, () => ({})) }])(
    'what is no key set is an outage: %.40j',
    async (body) => {
      await expect(by({ fetch: async () => Response.json(body) })(first)).rejects.toMatchObject({ code: 'transport' });
    },
  );

  test('a clock that is set back does not keep new keys away', async () => {
    let at = nowMs + 3_600_000;
    const moving = { ...clock, now: () => at };
    const auth = new JwtAuth({ keys: jwksUrl(server.url, { algorithms: ['ES256'] }), clock: moving });
    const tokenOf = (signer: TokenSigner): string =>
      signToken(signer, { payload: { sub: 'ada', tenant_id: 'acme', exp: at / 1_000 + 60 } });
    await auth.authenticate({ token: tokenOf(first), scheme: 'bearer' });
    server.publish([publicJwk(first), publicJwk(second)]);
    at = nowMs;
    await expect(auth.authenticate({ token: tokenOf(second), scheme: 'bearer' })).resolves.toBeDefined();
    expect(server.requests()).toBe(2);
  });

  test('the address may have a query', async () => {
    const asked: string[] = [];
    const fetch = async (url: string) => {
      asked.push(url);
      return Response.json({ keys: [publicJwk(first)] });
    };
    await asking(jwksUrl('https://id.example/keys?p=policy', { algorithms: ['ES256'], fetch }))(first);
    expect(asked).toEqual(['https://id.example/keys?p=policy']);
  });

  test.each([
    'http://id.example/keys',
    'http://127.0.0.2/keys',
    'https://user:pass-7Yq2@id.example/keys',
    'https://user:pass-7Yq2@id.example?x',
    'https://id.example/keys#x',
    'https://id.example/keys?x#y',
    'file:///etc/keys',
    'id.example/keys',
    '?https://id.example',
    '',
    undefined,
  ])('the address %s is refused, and not shown', (url) => {
    let error: unknown;
    try {
      jwksUrl(url);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'invalid', message: expect.not.stringContaining('pass-7Yq2') });
  });

  test.each<object>([
    { algorithms: [] },
    { algorithms: ['HS256'] },
    { algorithms: ['none'] },
    { algorithms: ['constructor'] },
    { coolDownMs: 0 },
    { timeoutMs: Number.NaN },
  ])('the options %j are refused', (options) => {
    expect(() => jwksUrl('https://id.example/keys', options)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

describe('by file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tako-jwks-'));
  const path = join(folder, 'keys.json');
  const write = (content: unknown): void => {
    writeFileSync(`${path}.new`, typeof content === 'string' ? content : JSON.stringify(content));
    renameSync(`${path}.new`, path);
  };
  afterEach(() => rmSync(path, { force: true }));

  const by = (options: JwksFileOptions = { algorithms: ['ES256'] }) => asking(jwksFile(path, options));

  test('a new key is found, and one that is gone is forgotten', async () => {
    write({ keys: [publicJwk(first)] });
    const ask = by();
    await expect(ask(first)).resolves.toBeDefined();
    write({ keys: [publicJwk(second)] });
    await clock.advance(5_000);
    await expect(ask(second)).resolves.toBeDefined();
    await expect(ask(first)).rejects.toMatchObject(refused);
  });

  test('a file that cannot be read, is half written or too long is an outage; known keys stay good', async () => {
    const ask = by();
    await expect(ask(first)).rejects.toMatchObject({ code: 'transport' });
    write({ keys: [publicJwk(first)] });
    await clock.advance(5_000);
    await expect(ask(first)).resolves.toBeDefined();
    const both = JSON.stringify({ keys: [publicJwk(first), publicJwk(second)] });
    for (const content of ['{"keys":[', ' '.repeat(1_048_577) + both, '{}']) {
      write(content);
      await clock.advance(60_000);
      await expect(ask(first)).resolves.toBeDefined();
      await expect(ask(second)).rejects.toMatchObject({ code: 'transport' });
    }
  });

  test('secrets are for algorithms of secrets, and never beside other keys', async () => {
    const hmac = await newSigner('HS256', 'secret');
    const secret = { ...hmac.key.export({ format: 'jwk' }), kid: 'secret' };
    write({ keys: [secret] });
    await expect(by({ algorithms: ['HS256'] })(hmac)).resolves.toBeDefined();
    await expect(by()(hmac)).rejects.toMatchObject(refused);
    write({ keys: [{ ...secret, k: 'AAAA' }] });
    await expect(by({ algorithms: ['HS256'] })(hmac)).rejects.toMatchObject(refused);
    write({ keys: [secret, publicJwk(first)] });
    await expect(by({ algorithms: ['HS256'] })(hmac)).rejects.toMatchObject({ code: 'transport' });
  });

  test.each<[string | undefined, object]>([
    [undefined, {}],
    ['', {}],
    [path, { algorithms: ['HS256', 'RS256'] }],
    [path, { algorithms: [] }],
  ])('refuses %s with %j', (given, options) => {
    expect(() => jwksFile(given, options)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
