import { createHash, randomUUID, X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { AuthRequest } from '@tako/core';
import { fakeClock, leaks } from '@tako/testing';
import type { CertifiedKey } from '@tako/testing/loopback';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

import { OidcAuth, type OidcAuthOptions } from '../src/index.js';
import { clientIdOf, secret } from './clients.js';
import { identityProvider, type IdentityProvider } from './identity-provider.js';
import { audience } from './peer.js';

const baseUrl = 'https://agents.acme.example';

/** A key of a caller that shows proofs. */
interface ProofKey {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}
async function proofKey(): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { privateKey, jwk: await exportJWK(publicKey) };
}

let provider: IdentityProvider;
let certificate: CertifiedKey;
let key: ProofKey;
/** Bound to `key`. */
let token: string;
beforeAll(async () => {
  provider = await identityProvider();
  certificate = provider.clients.authority.client('agents');
  key = await proofKey();
  token = await provider.token(
    {},
    { dpop: await proof({ htm: 'POST', htu: `${provider.issuer}/token`, ath: undefined }) },
  );
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
});

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('base64url');

/** A good proof for `GET /runs` with `token`, changed. */
function proof(
  claims: { readonly [name: string]: unknown } = {},
  header: object = {},
  by: CryptoKey | Uint8Array = key.privateKey,
): Promise<string> {
  const good = { jti: randomUUID(), htm: 'GET', htu: `${baseUrl}/runs`, iat: Math.floor(Date.now() / 1_000) };
  return new SignJWT({ ...good, ...(token === undefined ? {} : { ath: sha256(token) }), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: key.jwk, ...header })
    .sign(by);
}

const discover = (more: Partial<OidcAuthOptions> = {}): Promise<OidcAuth> =>
  OidcAuth.discover({ issuer: provider.issuer, ca: provider.ca, audience, dpop: { baseUrl }, ...more });

const shown = (dpop: string | undefined, request: Partial<AuthRequest> = {}) => ({
  token,
  scheme: 'dpop',
  request: { method: 'GET', url: '/runs?all=1', headers: { dpop }, ...request },
});

const introspection = {
  clientId: clientIdOf('client_secret_basic'),
  method: 'client_secret_basic',
  clientSecret: secret,
} as const;
const bearer = (value: string, clientCertificateThumbprint?: string) => ({
  token: value,
  scheme: 'bearer',
  request: { method: 'GET', url: '/', headers: {}, clientCertificateThumbprint },
});

describe('a token that the real identity provider bound to a client certificate', () => {
  test.each(['jwt', 'opaque'] as const)('is good with that one alone (%s)', async (mode) => {
    await using auth = await discover({ mode, introspection: mode === 'jwt' ? undefined : introspection });
    const bound = await provider.boundToken(certificate, mode === 'opaque' ? { scope: 'opaque' } : {});
    const thumbprint = sha256(new X509Certificate(certificate.cert).raw);
    expect(await auth.authenticate(bearer(bound, thumbprint))).toMatchObject({ tenantId: 'acme' });
    const other = sha256(new X509Certificate(provider.clients.issued.cert).raw);
    for (const wrong of [bearer(bound, other), bearer(bound), bearer(bound, ''), { token: bound, scheme: 'bearer' }]) {
      await expect(auth.authenticate(wrong)).rejects.toMatchObject({ code: 'auth' });
    }
    expect(await auth.authenticate(bearer(bound, thumbprint))).toMatchObject({ tenantId: 'acme' });
  });
});

describe('a token that the real identity provider bound by DPoP', () => {
  test.each(['jwt', 'opaque'] as const)('is good with a proof of its own key (%s)', async (mode) => {
    await using auth = await discover({ mode, introspection: mode === 'jwt' ? undefined : introspection });
    const dpop = await proof({ htm: 'POST', htu: `${provider.issuer}/token`, ath: undefined });
    const bound = await provider.token(mode === 'opaque' ? { scope: 'opaque' } : {}, { dpop });
    const ath = sha256(bound);
    for (const url of ['/runs', '/runs?all=1', `${baseUrl}/runs`]) {
      const credentials = { ...shown(await proof({ ath }), { url }), token: bound };
      expect(await auth.authenticate(credentials)).toMatchObject({ userId: 'ada' });
    }
    const stolen = await proofKey();
    const theirs = { ...shown(await proof({ ath }, { jwk: stolen.jwk }, stolen.privateKey)), token: bound };
    await expect(auth.authenticate(theirs)).rejects.toMatchObject({ code: 'auth' });
    await expect(auth.authenticate(bearer(bound))).rejects.toMatchObject({ code: 'auth' });
  });

  test('is refused where proofs are not checked', async () => {
    await using auth = await discover({ dpop: undefined });
    await expect(auth.authenticate(shown(await proof()))).rejects.toMatchObject({ code: 'auth' });
  });

  test('and one that is not bound is no token of that scheme', async () => {
    await using auth = await discover();
    const plain = await provider.token();
    const credentials = { ...shown(await proof({ ath: sha256(plain) })), token: plain };
    await expect(auth.authenticate(credentials)).rejects.toMatchObject({ code: 'auth' });
  });
});

describe('a proof is refused that', () => {
  const nowSeconds = (): number => Math.floor(Date.now() / 1_000);
  const cases: [string, () => Promise<string | undefined>, Partial<AuthRequest>?][] = [
    ['is missing', async () => undefined],
    ['is empty', async () => ''],
    ['comes twice', async () => `${await proof()}, ${await proof()}`],
    ['is too long', async () => 'a'.repeat(100_000)],
    ['is no JSON', async () => 'YQ.YQ.YQ'],
    ['has another type', () => proof({}, { typ: 'JWT' })],
    ['has no type', () => proof({}, { typ: undefined })],
    ['has no key', () => proof({}, { jwk: undefined })],
    ['has its private key', async () => proof({}, { jwk: await exportJWK(key.privateKey) })],
    ['has a shared secret', () => proof({}, { alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }, new Uint8Array(32))],
    ['has critical extensions', () => proof({}, { crit: ['b64'], b64: true })],
    ['is signed with another key', async () => proof({}, {}, (await proofKey()).privateKey)],
    ['is changed', async () => (await proof()).replace(/\.[^.]+\./, `.${Buffer.from('{}').toString('base64url')}.`)],
    ['is for another token', () => proof({ ath: sha256('another') })],
    ['is for no token', () => proof({ ath: undefined })],
    ['is for another method', () => proof({ htm: 'POST' })],
    ['is for a method in lower case', () => proof({ htm: 'get' })],
    ['is for another path', () => proof({ htu: `${baseUrl}/other` })],
    ['is for another host', () => proof({ htu: 'https://agents.acme.example.evil/runs' })],
    ['is for http', () => proof({ htu: 'http://agents.acme.example/runs' })],
    ['is for no address', () => proof({ htu: 'runs' })],
    ['has a list of addresses', () => proof({ htu: [`${baseUrl}/runs`] })],
    ['names a user', () => proof({ htu: 'https://ada@agents.acme.example/runs' })],
    [
      'goes with the address of another',
      () => proof({ htu: 'https://evil.example/runs' }),
      { url: 'https://evil.example/runs' },
    ],
    ['goes with an address like ours', () => proof({ htu: `${baseUrl}.evil/runs` }), { url: `${baseUrl}.evil/runs` }],
    [
      'goes with a path like an address',
      () => proof({ htu: 'https://evil.example/runs' }),
      { url: '//evil.example/runs' },
    ],
    ['has no jti', () => proof({ jti: undefined })],
    ['has an empty jti', () => proof({ jti: '' })],
    ['has a jti that is no text', () => proof({ jti: 7 })],
    ['has no time', () => proof({ iat: undefined })],
    ['is old', () => proof({ iat: nowSeconds() - 91 })],
    ['is from the future', () => proof({ iat: nowSeconds() + 45 })],
    ['has ended', () => proof({ exp: nowSeconds() - 60 })],
  ];
  test.each(cases)('%s', async (_, make, request = {}) => {
    await using auth = await discover();
    const dpop = await make();
    const error: unknown = await auth
      .authenticate(shown(dpop, { headers: { dpop }, ...request }))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth' });
    expect(leaks(dpop === undefined || dpop.length < 16 ? [token] : [token, dpop], error)).toEqual([]);
    expect(await auth.authenticate(shown(await proof()))).toMatchObject({ userId: 'ada' });
  });

  test('has a name that was shown before, as long as it could be good', async () => {
    const clock = fakeClock({ nowMs: Date.now() });
    await using auth = await discover({ clock });
    const dpop = await proof();
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => auth.authenticate(shown(dpop))));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await clock.advance(89_000);
    await expect(auth.authenticate(shown(dpop))).rejects.toMatchObject({ code: 'auth' });
    await clock.advance(2_000);
    await expect(auth.authenticate(shown(dpop))).rejects.toMatchObject({ code: 'auth' });
  });

  test('cannot be remembered: that is no fault of the token, and passes', async () => {
    const clock = fakeClock({ nowMs: Date.now() });
    await using auth = await discover({ clock, dpop: { baseUrl, maxProofs: 2 } });
    const proofs = await Promise.all([proof(), proof(), proof()]);
    const [first, second, third] = proofs;
    await auth.authenticate(shown(first));
    await auth.authenticate(shown(second));
    await expect(auth.authenticate(shown(third))).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 1_000 });
    await expect(auth.authenticate(shown(first))).rejects.toMatchObject({ code: 'auth' });
    await clock.advance(91_000);
    const later = await proof({ iat: Math.floor(clock.now() / 1_000) });
    expect(await auth.authenticate(shown(later))).toMatchObject({ userId: 'ada' });
  });
});

test('our address may have a path, which a proxy takes away', async () => {
  await using auth = await discover({ dpop: { baseUrl: `${baseUrl}/v1/` } });
  expect(await auth.authenticate(shown(await proof({ htu: `${baseUrl}/v1/runs` })))).toMatchObject({ userId: 'ada' });
  await expect(auth.authenticate(shown(await proof()))).rejects.toMatchObject({ code: 'auth' });
  await expect(
    auth.authenticate(shown(await proof({ htu: `${baseUrl}/v2/runs` }), { url: '/../v2/runs' })),
  ).rejects.toMatchObject({ code: 'auth' });
});

test.each<[string, unknown]>([
  ['http', { baseUrl: 'http://localhost' }],
  ['no address', { baseUrl: 'agents' }],
  ['none', {}],
  ['a time that is none', { baseUrl, maxAgeMs: -1 }],
])('%s is refused', async (_, dpop) => {
  await expect(discover({ dpop } as Partial<OidcAuthOptions>)).rejects.toMatchObject({ code: 'invalid' }); // wrong on purpose
});
