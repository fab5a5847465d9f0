import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { isTakoError, type Clock } from '@tako/core';
import { fakeClock, leaks } from '@tako/testing';
import { certificateAuthority } from '@tako/testing/loopback';
import { exportJWK, generateKeyPair, type JWTPayload } from 'jose';

import { OidcAuth, type OidcAuthOptions } from '../src/index.js';
import { identityProvider, type IdentityProvider } from './identity-provider.js';
import { audience } from './peer.js';

let provider: IdentityProvider;
beforeAll(async () => {
  provider = await identityProvider();
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
});
beforeEach(() => {
  for (const path of ['/jwks', '/.well-known/openid-configuration']) provider.fault(path, 'none');
});

const discover = (more: Partial<OidcAuthOptions> = {}): Promise<OidcAuth> =>
  OidcAuth.discover({ issuer: provider.issuer, ca: provider.ca, audience, ...more });
const bearer = (token: string) => ({ token, scheme: 'bearer' });
const keyLoads = (): number => provider.asked.filter((path) => path === '/jwks').length;

/** Claims of a good token. */
const good = (more: JWTPayload = {}): JWTPayload => {
  const now = Math.floor(Date.now() / 1_000);
  return { iss: provider.issuer, aud: audience, sub: 'ada', tenant_id: 'acme', iat: now, exp: now + 60, ...more };
};
const without = (name: string): JWTPayload =>
  Object.fromEntries(Object.entries(good()).filter(([claim]) => claim !== name));

test('a token of a real identity provider over TLS with its own authority gives its principal', async () => {
  const auth = await discover({ claims: { roles: ['realm_access', 'roles'] }, typ: 'at+jwt' });
  expect(await auth.authenticate(bearer(await provider.token()))).toEqual({
    tenantId: 'acme',
    userId: 'ada',
    roles: ['admin', 'reader'],
  });
});

describe('discovery', () => {
  test('a private authority is refused without its root, and with another one', async () => {
    const other = certificateAuthority('Other root');
    await expect(discover({ ca: undefined })).rejects.toMatchObject({ code: 'transport' });
    await expect(discover({ ca: other.cert })).rejects.toMatchObject({ code: 'transport' });
  });

  test('a slash at the end of the issuer counts', async () => {
    await expect(discover({ issuer: `${provider.issuer}/` })).rejects.toMatchObject({ code: 'invalid' });
  });

  test.each([
    ['another issuer', { issuer: 'https://evil.example' }, 'invalid'],
    ['no issuer', {}, 'malformed_response'],
    ['an issuer that is no address', { issuer: 'evil' }, 'malformed_response'],
  ])('metadata with %s is refused', async (_, metadata, code) => {
    provider.fault('/.well-known/openid-configuration', { status: 200, body: JSON.stringify(metadata) });
    await expect(discover()).rejects.toMatchObject({ code });
  });

  test.each(['http://localhost/jwks', 'file:///etc/passwd', 42, undefined])(
    'a jwks_uri %j is refused',
    async (jwks_uri) => {
      const body = JSON.stringify({ issuer: provider.issuer, jwks_uri });
      provider.fault('/.well-known/openid-configuration', { status: 200, body });
      await expect(discover()).rejects.toMatchObject({ code: 'malformed_response' });
    },
  );

  test.each([
    ['a reset', 'reset', 'transport'],
    ['a status 500', { status: 500 }, 'transport'],
    ['a redirect', { status: 302 }, 'transport'],
    ['a status 429', { status: 429 }, 'rate_limited'],
    ['no JSON', { status: 200, body: '<html>' }, 'malformed_response'],
    ['2 MB', { status: 200, body: ' '.repeat(2_000_000) }, 'transport'],
  ] as const)('%s has its code', async (_, fault, code) => {
    provider.fault('/.well-known/openid-configuration', fault);
    await expect(discover()).rejects.toMatchObject({ code });
  });

  test('silence ends by the time limit, and by the signal', async () => {
    provider.fault('/.well-known/openid-configuration', 'silent');
    await expect(discover({ timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
    const options = { issuer: provider.issuer, ca: provider.ca, audience };
    const late = OidcAuth.discover(options, { signal: AbortSignal.timeout(20) });
    await expect(late).rejects.toMatchObject({ code: 'cancelled' });
  });

  test.each<[string, Partial<Record<keyof OidcAuthOptions, unknown>>]>([
    ['http', { issuer: 'http://localhost:1' }],
    ['an issuer with a query', { issuer: 'https://localhost:1/?a=b' }],
    ['an empty audience', { audience: '' }],
    ['no audience', { audience: [] }],
    ['a time that is none', { timeoutMs: Number.NaN }],
    ['a ca without certificates', { ca: '' }],
    ['a broken certificate', { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
    ['a claim without a name', { claims: { roles: [] } }],
  ])('refuses %s before it asks anybody', async (_, options) => {
    const before = provider.asked.length;
    await expect(discover(options as Partial<OidcAuthOptions>)).rejects.toMatchObject({ code: 'invalid' }); // wrong on purpose
    expect(provider.asked).toHaveLength(before);
  });
});

/** A token whose header names keys of its own, signed with one of them. */
async function ownKey(): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const header = { jwk, jku: 'https://evil.example', x5u: 'https://evil.example', kid: `../etc/passwd' OR 1=1 --` };
  return provider.sign(good(), header, privateKey);
}

/** `into` with one part of `from`: 0 is the header, 1 the payload, 2 the signature. */
const splice = (from: string, into: string, part: number): string =>
  into
    .split('.')
    .map((own, at) => (at === part ? from.split('.')[at] : own))
    .join('.');

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('a token is refused that has', () => {
  const cases: [string, RegExp, () => Promise<string>][] = [
    ['no issuer', /no iss/, () => provider.sign(without('iss'))],
    ['another issuer', /iss is wrong/, () => provider.sign(good({ iss: `${provider.issuer}/` }))],
    ['no audience', /no aud/, () => provider.sign(without('aud'))],
    ['another audience', /aud is wrong/, () => provider.sign(good({ aud: ['https://other.example'] }))],
    ['no end', /no exp/, () => provider.sign(without('exp'))],
    ['ended', /expired/, () => provider.sign(good({ exp: 1 }))],
    ['not begun', /nbf is wrong/, () => provider.sign(good({ nbf: Date.now() }))],
    ['come from the future', /in the future/, () => provider.sign(good({ iat: Date.now() }))],
    ['no user', /claim of the user/, () => provider.sign(without('sub'))],
    ['no tenant', /claim of the tenant/, () => provider.sign(without('tenant_id'))],
    ['a tenant that is no text', /claim of the tenant/, () => provider.sign(good({ tenant_id: { toString: 'acme' } }))],
    ['roles that are no texts', /roles/, () => provider.sign(good({ roles: [1] }))],
    ['critical extensions', /critical/, () => provider.sign(good(), { crit: ['b64'], b64: true })],
    ['a binding that is not checked', /bound in a way/, () => provider.sign(good({ cnf: { jkt: 'x' } }))],
    ['two bindings', /bound in a way/, () => provider.sign(good({ cnf: { jkt: 'x', 'x5t#S256': 'x' } }))],
    ['an empty binding', /bound in a way/, () => provider.sign(good({ cnf: {} }))],
    ['a binding that is null', /bound in a way/, () => provider.sign(good({ cnf: null }))],
    ['another type', /typ is wrong/, () => provider.sign(good(), { typ: 'JWT' })],
    ['a shared secret', /algorithm/, () => provider.sign(good(), { alg: 'HS256' }, new Uint8Array(32))],
    ['its own key', /does not have/, ownKey],
    [
      'a known key’s name, and not its signature',
      /signature/,
      async () => splice(await ownKey(), await provider.sign(good()), 2),
    ],
    [
      'another payload',
      /signature/,
      async () => splice(await provider.sign(good({ sub: 'eve' })), await provider.sign(good()), 1),
    ],
    ['no algorithm', /algorithm/, async () => splice(`${encoded('{"alg":"none"}')}..`, await provider.sign(good()), 0)],
    ['no signature', /no JSON Web Token/, async () => splice('..', await provider.sign(good()), 2)],
    ['100 kB', /not the form/, async () => `${'a'.repeat(100_000)}.b.c`],
    ['letters beyond ASCII', /not the form/, async () => 'é.é.é'],
    ['nothing', /not the form/, async () => ''],
    ['no JSON', /cannot be read/, async () => 'YQ.YQ.YQ'],
  ];
  test.each(cases)('%s', async (_, reason, make) => {
    const auth = await discover({ typ: 'at+jwt' });
    const token = await make();
    const error: unknown = await auth.authenticate(bearer(token)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth', message: expect.stringMatching(reason) });
    expect(leaks(token === '' ? [] : [token.padEnd(6)], error, auth)).toEqual([]);
    expect(await auth.authenticate(bearer(await provider.sign(good())))).toMatchObject({ userId: 'ada' });
  });

  test('another scheme than bearer', async () => {
    const auth = await discover();
    const token = await provider.sign(good());
    await expect(auth.authenticate({ token, scheme: 'dpop' })).rejects.toMatchObject({ code: 'auth' });
    expect(await auth.authenticate(bearer(token))).toMatchObject({ userId: 'ada' });
  });
});

test('a token bound to a client certificate is good with that one alone', async () => {
  const auth = await discover();
  const token = await provider.sign(good({ cnf: { 'x5t#S256': 'thumb-of-ada' } }));
  const shown = (clientCertificateThumbprint?: string) => ({
    ...bearer(token),
    request: { method: 'GET', url: '/', headers: {}, clientCertificateThumbprint },
  });
  expect(await auth.authenticate(shown('thumb-of-ada'))).toMatchObject({ userId: 'ada' });
  for (const other of [shown('thumb-of-eve'), shown(), bearer(token)]) {
    await expect(auth.authenticate(other)).rejects.toMatchObject({ code: 'auth' });
  }
});

describe('logout', () => {
  test('goes to where the real identity provider ends sessions', async () => {
    await using auth = await discover();
    expect(auth.endSessionEndpoint).toBe(`${provider.issuer}/session/end`);
    expect(auth.buildLogoutUri()).toBe(auth.endSessionEndpoint);
    expect(auth.buildLogoutUri({ clientId: 'ada' })).toBe(`${provider.issuer}/session/end?client_id=ada`);
  });

  const metadata = (end_session_endpoint?: unknown): void => {
    const body = JSON.stringify({ issuer: provider.issuer, jwks_uri: `${provider.issuer}/jwks`, end_session_endpoint });
    provider.fault('/.well-known/openid-configuration', { status: 200, body });
  };

  test.each(['http://localhost/end', 42])('to %j is refused', async (endpoint) => {
    metadata(endpoint);
    await expect(discover()).rejects.toMatchObject({ code: 'malformed_response' });
  });

  test('goes nowhere when the metadata names nothing', async () => {
    metadata();
    await using auth = await discover();
    expect([auth.endSessionEndpoint, auth.buildLogoutUri({ state: 'x' })]).toEqual([undefined, undefined]);
  });
});

describe('keys', () => {
  const clockAtNow = (): ReturnType<typeof fakeClock> & Clock => fakeClock({ nowMs: Date.now() });
  const unknownKey = (): Promise<string> => provider.sign(good(), { kid: randomUUID() });

  test('rotated ones are found when the cool-down is over', async () => {
    const clock = clockAtNow();
    const auth = await discover({ clock });
    await auth.authenticate(bearer(await provider.sign(good())));
    await provider.rotate();
    const token = await provider.token();
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject({ code: 'auth' });
    await clock.advance(30_000);
    expect(await auth.authenticate(bearer(token))).toMatchObject({ userId: 'ada' });
  });

  test('a storm of tokens with unknown keys loads them once for each cool-down', async () => {
    const clock = clockAtNow();
    const auth = await discover({ clock });
    const before = keyLoads();
    const token = await provider.sign(good());
    const [head = '', payload = '', signature = ''] = token.split('.');
    const header: unknown = JSON.parse(Buffer.from(head, 'base64url').toString());
    const garbage = (): string =>
      [encoded(JSON.stringify(Object.assign({}, header, { kid: randomUUID() }))), payload, signature].join('.');
    for (let round = 1; round <= 3; round++) {
      const storm = Array.from({ length: 3_334 }, garbage);
      const codes = await Promise.all(
        storm.map((one) => auth.authenticate(bearer(one)).catch((error: unknown) => isTakoError(error, 'auth'))),
      );
      expect(new Set(codes)).toEqual(new Set([true]));
      expect(keyLoads() - before).toBe(round);
      expect(await auth.authenticate(bearer(token))).toMatchObject({ userId: 'ada' });
      await clock.advance(30_000);
    }
  });

  test.each([
    ['a reset', 'reset', 'transport'],
    ['a status 500', { status: 500 }, 'transport'],
    ['a status 401', { status: 401 }, 'transport'],
    ['no JSON', { status: 200, body: '<html>' }, 'transport'],
    ['no key set', { status: 200, body: '{"keys":{}}' }, 'transport'],
    ['a status 429', { status: 429, retryAfter: '7' }, 'rate_limited'],
    ['silence', 'silent', 'timeout'],
  ] as const)('%s is never the token’s fault', async (_, fault, code) => {
    const auth = await discover({ timeoutMs: 200 });
    const before = keyLoads();
    provider.fault('/jwks', fault);
    const token = await provider.sign(good());
    const failures = await Promise.all(
      [token, token, await unknownKey()].map((one) => auth.authenticate(bearer(one)).catch((error: unknown) => error)),
    );
    for (const error of failures) expect(error).toMatchObject({ code, retryable: true });
    expect(new Set(failures).size).toBe(3); // each caller has an error of its own
    expect(leaks([token], failures)).toEqual([]);
    expect(keyLoads() - before).toBe(1);
  });

  test('old ones are used while the identity provider is down, but not for ever', async () => {
    const clock = clockAtNow();
    const auth = await discover({ clock, keysMaxStaleMs: 7_200_000 });
    const longLived = good({ exp: Math.floor(Date.now() / 1_000) + 86_400 });
    const token = await provider.sign(longLived);
    await auth.authenticate(bearer(token));
    provider.fault('/jwks', 'reset');
    await clock.advance(3_600_000);
    expect(await auth.authenticate(bearer(token))).toMatchObject({ userId: 'ada' });
    // An unknown key may be one of the newer ones that cannot be had.
    const unknown = await provider.sign(longLived, { kid: 'newer' });
    await expect(auth.authenticate(bearer(unknown))).rejects.toMatchObject({ code: 'transport' });
    await clock.advance(3_600_000);
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject({ code: 'transport' });
    provider.fault('/jwks', 'none');
    await clock.advance(30_000);
    expect(await auth.authenticate(bearer(token))).toMatchObject({ userId: 'ada' });
  });

  test('a clock that is set back ends neither loading nor the use of known keys', async () => {
    let nowMs = Date.now();
    const clock = { now: () => nowMs, after: () => () => undefined };
    const auth = await discover({ clock });
    const longLived = good({ exp: Math.floor(Date.now() / 1_000) + 86_400 });
    await auth.authenticate(bearer(await provider.sign(longLived)));
    nowMs -= 3_600_000;
    const before = keyLoads();
    const earlier = { ...longLived, iat: Math.floor(nowMs / 1_000) };
    expect(await auth.authenticate(bearer(await provider.sign(earlier)))).toMatchObject({ userId: 'ada' });
    expect(keyLoads() - before).toBe(1);
    expect(await auth.authenticate(bearer(await provider.sign(earlier)))).toMatchObject({ userId: 'ada' });
    expect(keyLoads() - before).toBe(1);
  });

  test('who gives up does not end the load for the others', async () => {
    const auth = await discover();
    const token = await provider.sign(good());
    const controller = new AbortController();
    const before = keyLoads();
    const leaving = auth.authenticate(bearer(token), { signal: controller.signal });
    const staying = auth.authenticate(bearer(token));
    setImmediate(() => controller.abort());
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
    expect(await staying).toMatchObject({ userId: 'ada' });
    expect(keyLoads() - before).toBe(1);
  });
});
