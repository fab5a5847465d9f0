import { generateKeyPairSync } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { Secret } from '@tako/core';
import { leaks } from '@tako/testing';

import type { ClientAuthMethod, IntrospectionOptions } from '../src/index.js';
import { clientIdOf, secret } from './clients.js';
import { identityProvider, introspectionPath, type IdentityProvider } from './identity-provider.js';
import { clientId, introspecting, methods } from './introspecting.js';

let provider: IdentityProvider;
beforeAll(async () => {
  provider = await identityProvider();
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
});
beforeEach(() => {
  provider.fault(introspectionPath, 'none');
  provider.configure({});
});

const bearer = (token: string) => ({ token, scheme: 'bearer' });
const ada = { tenantId: 'acme', userId: 'ada', roles: [] };
const shortKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const { uses, discover, discoverWith } = introspecting(() => provider);

describe.each(methods)('%s', (method) => {
  test('the real identity provider answers; good, revoked and made-up tokens are told apart', async () => {
    await using auth = await discoverWith(method, { ttlMs: 0 });
    const token = await provider.opaqueToken();
    expect(await auth.authenticate(bearer(token))).toEqual(ada);
    const form = provider.questions.at(-1);
    expect(form?.get('token')).toBe(token);
    // RFC 8705, section 2, for mutual TLS. HTTP Basic has it in its header.
    expect(form?.get('client_id')).toBe(method === 'client_secret_basic' ? null : clientId(method));
    await expect(auth.authenticate(bearer('made-up-by-somebody'))).rejects.toMatchObject({ code: 'auth' });
    await provider.revoke(token);
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject({ code: 'auth' });
  });

  test('without what it needs it is refused', async () => {
    const options = { method, clientSecret: undefined };
    await expect(discover(options)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('a wrong credential is our own fault, and not the token’s', async () => {
    const other = provider.clients;
    const wrong = {
      clientSecret: uses(method).clientSecret === undefined ? undefined : `${secret}x`,
      privateKey: method === 'private_key_jwt' ? { ...other.keys.RS256, keyId: 'key of ES256' } : undefined,
      mtls: method === 'tls_client_auth' ? other.selfSigned : other.issued,
    };
    await using auth = await discoverWith(method, { ...wrong });
    const token = await provider.opaqueToken();
    const error: unknown = await auth.authenticate(bearer(token)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'transport', status: 401 });
    const shown = [token, secret, provider.clients.issued.key, provider.clients.keys.RS256.pem];
    expect(leaks(shown, error, auth)).toEqual([]);
  });
});

describe('private_key_jwt', () => {
  test.each(['RS256', 'ES256', 'Ed25519'] as const)('signs with %s, and names its key', async (algorithm) => {
    const privateKey = provider.clients.keys[algorithm];
    await using auth = await discoverWith('private_key_jwt', {
      privateKey,
      clientId: clientIdOf('private_key_jwt', algorithm),
    });
    expect(await auth.authenticate(bearer(await provider.opaqueToken()))).toEqual(ada);
    const [header = '', payload = ''] = provider.questions.at(-1)?.get('client_assertion')?.split('.') ?? [];
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(read(header)).toEqual({ alg: algorithm, kid: privateKey.keyId });
    expect(read(payload)).toMatchObject({ aud: provider.issuer, jti: expect.any(String), sub: expect.any(String) });
  });

  test.each(['EdDSA', 'Ed25519'] as const)('calls Ed25519 as the identity provider does: %s', async (name) => {
    provider.configure({ algorithms: [name] });
    const privateKey = provider.clients.keys.Ed25519;
    const id = clientIdOf('private_key_jwt', 'Ed25519');
    await using auth = await discoverWith('private_key_jwt', { method: 'auto', privateKey, clientId: id });
    expect(await auth.authenticate(bearer(await provider.opaqueToken()))).toEqual(ada);
    const [header = ''] = provider.questions.at(-1)?.get('client_assertion')?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg: name });
  });

  test('is not chosen with an algorithm that the identity provider does not take', async () => {
    provider.configure({ algorithms: ['RS256'] });
    await expect(discoverWith('private_key_jwt', { method: 'auto' })).rejects.toMatchObject({ code: 'invalid' });
    const weaker = { method: 'auto', clientSecret: secret, clientId: clientId('client_secret_basic') } as const;
    await using auth = await discoverWith('private_key_jwt', weaker);
    expect(await auth.authenticate(bearer(await provider.opaqueToken()))).toEqual(ada);
  });

  test('reads its key when it signs: a rotated one is used at once, and a bad one is our own fault', async () => {
    const { RS256, ES256 } = provider.clients.keys;
    let pem: unknown = new Secret(ES256.pem);
    const privateKey = { ...ES256, pem: async () => pem as string }; // wrong at the end, on purpose
    await using auth = await discoverWith('private_key_jwt', { privateKey, ttlMs: 0 });
    const token = await provider.opaqueToken();
    expect(await auth.authenticate(bearer(token))).toEqual(ada);
    for (const bad of [RS256.pem, 'sekret-sekret', undefined]) {
      pem = bad;
      const error: unknown = await auth.authenticate(bearer(token)).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'transport' });
      expect(leaks([RS256.pem, ES256.pem, 'sekret-sekret'], error, auth)).toEqual([]);
    }
    pem = ES256.pem;
    expect(await auth.authenticate(bearer(token))).toEqual(ada);
  });

  test('a key that never comes ends by the time limit', async () => {
    const privateKey = { ...provider.clients.keys.ES256, pem: () => new Promise<string>(() => undefined) };
    await expect(discover({ privateKey }, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'timeout' });
  });

  test('the audience of what is signed can be another one', async () => {
    const taken = await discoverWith('private_key_jwt', { assertionAudience: `${provider.issuer}/token` });
    const refused = await discoverWith('private_key_jwt', { assertionAudience: 'https://other.example' });
    const token = await provider.opaqueToken();
    expect(await taken.authenticate(bearer(token))).toEqual(ada);
    await expect(refused.authenticate(bearer(token))).rejects.toMatchObject({ code: 'transport' });
  });

  test.each<[string, () => object]>([
    ['a key for another algorithm', () => ({ ...provider.clients.keys.RS256, algorithm: 'ES256' })],
    ['a short key', () => ({ pem: shortKey(), algorithm: 'RS256' })],
    [
      'a function that throws',
      () => ({ pem: async () => Promise.reject(new Error('sekret-sekret')), algorithm: 'ES256' }),
    ],
    ['no PEM', () => ({ pem: 'sekret-sekret', algorithm: 'ES256' })],
    ['a public key', () => ({ pem: provider.clients.issued.cert, algorithm: 'ES256' })],
    ['a shared secret’s algorithm', () => ({ ...provider.clients.keys.RS256, algorithm: 'HS256' })],
  ])('%s is refused', async (_, privateKey) => {
    const options = { privateKey: privateKey() } as Partial<IntrospectionOptions>; // wrong on purpose
    const error: unknown = await discover(options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid' });
    expect(leaks([provider.clients.keys.RS256.pem, 'sekret-sekret'], error)).toEqual([]);
  });
});

describe('auto', () => {
  const subsets = Array.from({ length: 2 ** methods.length - 1 }, (_, at) =>
    methods.filter((__, bit) => ((at + 1) & (1 << bit)) !== 0),
  );

  test(
    'of each of the 63 subsets the strongest is taken, and the real identity provider takes it',
    { timeout: 60_000 },
    async () => {
      const token = await provider.opaqueToken();
      for (const subset of subsets) {
        provider.configure({ methods: subset });
        const [strongest = 'client_secret_post'] = subset;
        // A certificate that an authority signed serves for both kinds of mutual TLS; only the self-signed one is registered for its own.
        const everything = {
          clientSecret: secret,
          privateKey: provider.clients.keys.ES256,
          ca: provider.mtlsCa,
          mtls: strongest === 'self_signed_tls_client_auth' ? provider.clients.selfSigned : provider.clients.issued,
        };
        await using auth = await discover({ ...everything, method: 'auto', clientId: clientId(strongest) });
        expect([subset, await auth.authenticate(bearer(token))]).toEqual([subset, ada]);
      }
    },
  );

  test('of each of the 63 subsets that we have, the strongest is taken', { timeout: 60_000 }, async () => {
    const token = await provider.opaqueToken();
    for (const subset of subsets) {
      // One secret is the means of three methods: the strongest of them is taken.
      const ours = subset.some((method) => method.startsWith('client_secret'))
        ? [...subset, 'client_secret_jwt' as const]
        : subset;
      const strongest = methods.find((method) => ours.includes(method)) ?? 'client_secret_jwt';
      const means = Object.assign(
        {},
        ...ours.toReversed().map((method) => uses(method)),
      ) as Partial<IntrospectionOptions>;
      await using auth = await discover({
        method: undefined,
        clientSecret: undefined,
        ...means,
        clientId: clientId(strongest),
      });
      expect([subset, await auth.authenticate(bearer(token))]).toEqual([subset, ada]);
    }
  });

  test.each<[string, readonly ClientAuthMethod[], () => Partial<IntrospectionOptions>]>([
    ['a secret against keys', ['private_key_jwt', 'tls_client_auth'], () => ({})],
    ['a key against secrets', ['client_secret_basic'], () => ({ ...uses('private_key_jwt'), clientSecret: undefined })],
    [
      'a self-signed certificate against issued ones',
      ['tls_client_auth'],
      () => ({ ...uses('self_signed_tls_client_auth'), clientSecret: undefined }),
    ],
    ['nothing', methods, () => ({ clientSecret: undefined })],
  ])('%s is refused', async (_, theirs, ours) => {
    provider.configure({ methods: theirs });
    await expect(discover({ method: 'auto', ...ours() })).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('the endpoint', () => {
  test('can be given, with an authority for it alone', async () => {
    const endpoint = `${provider.mtlsOrigin}${introspectionPath}`;
    const token = await provider.opaqueToken();
    await using auth = await discover({ endpoint, ca: provider.mtlsCa });
    expect(await auth.authenticate(bearer(token))).toEqual(ada);
    await using without = await discover({ endpoint });
    await expect(without.authenticate(bearer(token))).rejects.toMatchObject({ code: 'transport' });
    // The authority for introspection is not trusted for anything else.
    await expect(discover({ ca: provider.ca }, { ca: undefined })).rejects.toMatchObject({ code: 'transport' });
  });

  test('for mutual TLS is the alias, where there is one', async () => {
    await using aliased = await discoverWith('tls_client_auth');
    const token = await provider.opaqueToken();
    expect(await aliased.authenticate(bearer(token))).toEqual(ada);
    provider.configure({ namesMtlsAlias: false });
    // The plain address asks for no certificate, so none is shown.
    await using plain = await discoverWith('tls_client_auth');
    await expect(plain.authenticate(bearer(token))).rejects.toMatchObject({ code: 'transport', status: 401 });
  });

  test.each([
    ['none', undefined, 'invalid'],
    ['http', 'http://localhost/introspect', 'malformed_response'],
    ['no address', 42, 'malformed_response'],
  ])('in the metadata: %s is refused', async (_, introspection_endpoint, code) => {
    const path = '/.well-known/openid-configuration';
    const jwks_uri = `${provider.issuer}/jwks`;
    const body = JSON.stringify({ issuer: provider.issuer, jwks_uri, introspection_endpoint });
    provider.fault(path, { status: 200, body });
    await expect(discover().finally(() => provider.fault(path, 'none'))).rejects.toMatchObject({ code });
  });

  test.each(['http://localhost/introspect', 'https://localhost/?a=b', 'nowhere'])('%s is refused', async (endpoint) => {
    await expect(discover({ endpoint })).rejects.toMatchObject({ code: 'invalid' });
  });
});
