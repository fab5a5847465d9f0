import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';

import { ed25519, es256, hs256, JwtAuth, rs256, type JwtAuthOptions } from '@tako/auth-jwt';
import { isTakoError, Secret, type AuthRequest } from '@tako/core';
import { fakeClock, leaks } from '@tako/testing';
import { newSigner, signToken } from '@tako/testing/identity';
import { describe, expect, test } from 'vitest';

const nowMs = Date.UTC(2026, 10, 23);
const now = nowMs / 1_000;
const clock = fakeClock({ nowMs });
const signer = await newSigner('ES256');
const spki = { type: 'spki', format: 'pem' } as const;
const pem = createPublicKey(signer.key).export(spki).toString();
const good = { sub: 'ada', tenant_id: 'acme', exp: now + 60 };

/** Who a token stands for, under options. */
function ask(
  claims: Readonly<Record<string, unknown>> | string,
  options: Partial<JwtAuthOptions> = {},
  {
    header = {},
    request,
  }: { readonly header?: Readonly<Record<string, unknown>>; readonly request?: AuthRequest } = {},
) {
  const payload = typeof claims === 'string' ? claims : { ...good, ...claims };
  const auth = new JwtAuth({ keys: es256(pem), clock, ...options });
  return auth.authenticate({ token: signToken(signer, { header, payload }), scheme: 'bearer', request });
}

const refused = { code: 'auth', retryable: false };

/** `taken`, or the code of the error. */
async function outcome(answer: Promise<unknown>): Promise<string> {
  return answer.then(
    () => 'taken',
    (error: unknown) => (isTakoError(error) ? error.code : 'no TakoError'),
  );
}

describe('time', () => {
  test.each([
    ['exp', now, 0, 'auth'],
    ['exp', now + 0.001, 0, 'taken'],
    ['exp', now - 30, undefined, 'auth'],
    ['exp', now - 29.999, undefined, 'taken'],
    ['exp', now - 60, 60_000, 'auth'],
    ['exp', 1e30, undefined, 'auth'],
    ['nbf', now, 0, 'taken'],
    ['nbf', now + 0.001, 0, 'auth'],
    ['nbf', now + 30, undefined, 'taken'],
    ['nbf', now + 30.001, undefined, 'auth'],
    ['nbf', -1, undefined, 'auth'],
    ['iat', now + 30, undefined, 'taken'],
    ['iat', now + 31, undefined, 'auth'],
    ['iat', 0, undefined, 'taken'],
  ])('%s %d with a leeway of %s is %s', async (claim, at, leewayMs, expected) => {
    expect(await outcome(ask({ [claim]: at }, { leewayMs }))).toBe(expected);
  });
});

describe('audience and issuer', () => {
  test('of several, one is enough', async () => {
    const options = { issuer: ['a', 'b'], audience: ['x', 'y'] };
    await expect(ask({ iss: 'b', aud: ['q', 'y'] }, options)).resolves.toBeDefined();
    await expect(ask({ iss: 'c', aud: 'x' }, options)).rejects.toMatchObject(refused);
    await expect(ask({ iss: 'a', aud: 'q' }, options)).rejects.toMatchObject(refused);
  });

  test('a token for an audience is refused where none is configured; an issuer is not looked at', async () => {
    await expect(ask({ aud: 'x' })).rejects.toMatchObject(refused);
    await expect(ask({ aud: [] })).resolves.toBeDefined();
    await expect(ask({ iss: 'anybody' })).resolves.toBeDefined();
  });

  test.each([undefined, 'constructor', '__proto__', 'toString'])(
    'the audience %s is not found by accident',
    async (aud) => {
      await expect(ask({ aud }, { audience: 'x' })).rejects.toMatchObject(refused);
    },
  );
});

describe('the principal', () => {
  test('has what stands in the claims that are named', async () => {
    const claims = { tenant: ['org', 'id'], user: 'https://acme.example/user', roles: ['realm_access', 'roles'] };
    const token = { org: { id: 'acme' }, 'https://acme.example/user': 'bob', realm_access: { roles: ['a', 'b c'] } };
    expect(await ask(token, { claims })).toEqual({ tenantId: 'acme', userId: 'bob', roles: ['a', 'b c'] });
  });

  test('has defaults for what is missing, not for what is wrong', async () => {
    const claims = { defaultTenantId: 'all', defaultRoles: ['guest'] };
    expect(await ask({ tenant_id: undefined }, { claims })).toEqual({
      tenantId: 'all',
      userId: 'ada',
      roles: ['guest'],
    });
    for (const tenant_id of ['', 7, null, ['acme'], {}]) {
      await expect(ask({ tenant_id }, { claims })).rejects.toMatchObject(refused);
    }
    for (const roles of [7, null, {}, ['a', 7], [['a']]]) {
      await expect(ask({ roles }, { claims })).rejects.toMatchObject(refused);
    }
    await expect(ask({ tenant_id: undefined })).rejects.toMatchObject(refused);
    await expect(ask({ sub: undefined })).rejects.toMatchObject(refused);
  });

  test('a text is one role, and a scope is a list of them', async () => {
    expect(await ask({ roles: 'Global Admin' })).toMatchObject({ roles: ['Global Admin'] });
    const scopes = ask({ scope: 'read  write ' }, { claims: { roles: 'scope' } });
    expect(await scopes).toMatchObject({ roles: ['read', 'write'] });
  });

  test.each([['constructor', 'name'], '__proto__', ['roles', 'length'], ['roles', '0'], ['sub', 'length']])(
    'what objects inherit is no claim: %s',
    async (...path) => {
      const claims = { tenant: path.flat() };
      await expect(ask({ roles: ['a'] }, { claims })).rejects.toMatchObject(refused);
    },
  );
});

describe('names that stand twice are refused', () => {
  const text = JSON.stringify(good);
  test.each([
    ['a claim', `${text.slice(0, -1)},"sub":"eve"}`],
    ['one written in another way', `${text.slice(0, -1)},"\\u0073ub":"eve"}`],
    ['one deep inside', `${text.slice(0, -1)},"a":[{"b":{"c":1,"d":{},"c":1}}]}`],
    ['__proto__', `${text.slice(0, -1)},"a":{"__proto__":{}}}`],
    ['__proto__ in disguise', `${text.slice(0, -1)},"\\u005f_proto__":{}}`],
  ])('%s', async (_, payload) => {
    await expect(ask(payload)).rejects.toMatchObject(refused);
  });

  test('the same name in two objects, and texts that look like names, are in order', async () => {
    const twins = '"a":{"x":1,"y":["x:",{"x":"\\"x\\":1"}]},"b":{"x":"{\\"sub\\":1}"}';
    await expect(ask(`${text.slice(0, -1)},${twins}}`)).resolves.toBeDefined();
  });

  test('in a header too', async () => {
    const [, payload = '', signature = ''] = signToken(signer, { payload: good }).split('.');
    const header = Buffer.from('{"alg":"none","alg":"ES256"}').toString('base64url');
    const auth = new JwtAuth({ keys: es256(pem), clock });
    const answer = auth.authenticate({ token: `${header}.${payload}.${signature}`, scheme: 'bearer' });
    await expect(answer).rejects.toMatchObject({ ...refused, message: expect.stringContaining('header') });
  });
});

describe('typ', () => {
  test.each([
    [undefined, undefined, 'taken'],
    [undefined, 'JWT', 'taken'],
    [undefined, 'at+jwt', 'taken'],
    [undefined, 'application/at+JWT', 'taken'],
    [undefined, 'logout+jwt', 'auth'],
    [undefined, 'dpop+jwt', 'auth'],
    [undefined, 7, 'auth'],
    ['at+jwt', 'AT+JWT', 'taken'],
    ['application/at+jwt', 'at+jwt', 'taken'],
    ['at+jwt', 'JWT', 'auth'],
    ['at+jwt', undefined, 'auth'],
  ])('%s asked for, %s given: %s', async (wanted, typ, expected) => {
    expect(await outcome(ask({}, { typ: wanted }, { header: { typ } }))).toBe(expected);
  });
});

test.each([{ b64: true }, { b64: false }, { crit: [] }, { crit: ['b64'], b64: true }, { kid: 7 }, { kid: null }])(
  'the header %j is refused',
  async (header) => {
    await expect(ask({}, {}, { header })).rejects.toMatchObject(refused);
  },
);

test('every crit is refused by itself', async () => {
  for (const crit of [[], ['exp'], ['b64'], 'exp', null]) {
    const message: unknown = expect.stringContaining('critical extensions');
    await expect(ask({}, {}, { header: { crit } })).rejects.toMatchObject({ ...refused, message });
  }
});

test('a token of more than 8192 characters is refused, though it is signed', async () => {
  const claims = { pad: 'x'.repeat(5_900) };
  await expect(ask(claims)).resolves.toBeDefined();
  await expect(ask({ pad: 'x'.repeat(6_100) })).rejects.toMatchObject(refused);
});

describe('a token that is bound', () => {
  const request = (clientCertificateThumbprint?: string): AuthRequest => ({
    method: 'GET',
    url: '/',
    headers: {},
    clientCertificateThumbprint,
  });
  const cnf = { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' }; // the example of RFC 8705, section 3.1

  test('to a certificate is taken with it, and not without', async () => {
    const same = { request: request(cnf['x5t#S256']) };
    await expect(ask({ cnf }, {}, same)).resolves.toBeDefined();
    for (const other of [{}, { request: request() }, { request: request('bwcK') }, { request: request('') }]) {
      await expect(ask({ cnf }, {}, other)).rejects.toMatchObject(refused);
    }
  });

  test.each([{ jkt: 'abc' }, { jwk: {} }, {}, null, 'x', { ...cnf, jkt: 'abc' }, { 'x5t#S256': 7 }])(
    'in another way is refused: %j',
    async (other) => {
      const answer = ask({ cnf: other }, {}, { request: request(cnf['x5t#S256']) });
      await expect(answer).rejects.toMatchObject(refused);
    },
  );
});

describe('keys', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ed = generateKeyPairSync('ed25519');
  const invalid: unknown = expect.objectContaining({ code: 'invalid' });

  /** What a constructor throws. */
  function thrownBy(make: (key: string | undefined) => unknown, key: string | undefined): unknown {
    try {
      return make(key);
    } catch (error) {
      return error;
    }
  }

  test.each<[string, typeof rs256, readonly { readonly publicKey: KeyObject }[]]>([
    ['rs256', rs256, [rsa, ec, ed]],
    ['es256', es256, [ec, rsa, ed]],
    ['ed25519', ed25519, [ed, rsa, ec]],
  ])('%s takes keys of its own algorithm alone', (_, make, pairs) => {
    const [own = '', ...others] = pairs.map(({ publicKey }) => publicKey.export(spki).toString());
    expect(make(own).algorithms.length).toBeGreaterThan(0);
    for (const other of others) expect(() => make(other)).toThrow(invalid);
  });

  const weak = (modulusLength: number): string =>
    generateKeyPairSync('rsa', { modulusLength }).publicKey.export(spki).toString();
  const own = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  test.each([
    ['a short one', weak(1_024)],
    ['a private one', own],
    ['a private one before a public one', own + pem],
    ['one on another curve', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export(spki).toString()],
    ['a broken one', pem.replace(/[A-Z]{3}(?=.*\n.*\n)/, 'AAA').replace('MFk', 'AAA')],
    ['half of one', pem.slice(0, 80)],
    ['a text', 'no key, but a text that is long enough to be seen'],
  ])('%s is refused, and does not show', (_, key) => {
    for (const make of [rs256, es256, ed25519]) {
      const error = thrownBy(make, key);
      expect(error).toMatchObject({ code: 'invalid' });
      expect(leaks([key.slice(28, 76)], error)).toEqual([]);
    }
  });

  test('a missing one is refused', () => {
    for (const make of [rs256, es256, ed25519]) {
      expect(() => make(undefined)).toThrow(invalid);
      expect(() => make('')).toThrow(invalid);
    }
  });

  test('a secret needs 32 bytes, and is no name of a variable', () => {
    for (const secret of ['', 'x'.repeat(31), new Uint8Array(31), new Uint8Array(0), undefined, new Secret('short')]) {
      expect(() => hs256(secret)).toThrow(invalid);
    }
    expect(() => hs256('$ENV:THE_SECRET_OF_THE_PLATFORM_TEAM')).toThrow(invalid);
    for (const secret of ['x'.repeat(32), new Secret('ü'.repeat(16)), new Uint8Array(32)]) hs256(secret);
  });

  test('an Ed25519 key is for both names of its algorithm', async () => {
    const edSigner = await newSigner('EdDSA');
    const keys = ed25519(createPublicKey(edSigner.key).export(spki).toString());
    for (const alg of ['EdDSA', 'Ed25519']) {
      const token = signToken(edSigner, { header: { alg }, payload: good });
      await expect(new JwtAuth({ keys, clock }).authenticate({ token, scheme: 'bearer' })).resolves.toBeDefined();
    }
  });
});

test('nothing shows of an authenticator, its keys or its errors', async () => {
  const secret = 'hmac-secret-7Qx2LmVt9Zr4Kc8Wd1Yb5';
  const auth = new JwtAuth({ keys: hs256(secret), issuer: 'https://id.example', clock });
  const hmac = { algorithm: 'HS256', key: (await newSigner('HS256')).key } as const;
  const token = signToken(hmac, { payload: { ...good, email: 'ada@acme.example' } });
  const error = await auth.authenticate({ token, scheme: 'bearer' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(refused);
  const shown = [auth, error, inspect(auth, { depth: 9, showHidden: true }), hs256(secret)];
  expect(leaks([secret, token, 'ada@acme.example'], ...shown)).toEqual([]);
});

test.each<[string, object]>([
  ['no keys', { keys: undefined }],
  ['a PEM in place of keys', { keys: pem }],
  ['an empty issuer', { issuer: '' }],
  ['an issuer that is no text', { issuer: 7 }],
  ['no audience in a list', { audience: [] }],
  ['an audience that is empty', { audience: ['a', ''] }],
  ['an empty typ', { typ: '' }],
  ['a leeway below 0', { leewayMs: -1 }],
  ['a leeway without end', { leewayMs: Infinity }],
  ['a path without names', { claims: { tenant: [] } }],
  ['an empty name', { claims: { user: '' } }],
  ['an empty tenant', { claims: { defaultTenantId: '' } }],
  ['roles that are a text', { claims: { defaultRoles: 'admin' } }],
])('refuses %s', (_, options) => {
  expect(() => new JwtAuth({ keys: es256(pem), ...options })).toThrow(expect.objectContaining({ code: 'invalid' }));
});
