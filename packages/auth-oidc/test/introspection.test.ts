import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { fakeClock, leaks, type FakeClock } from '@tako/testing';

import { OidcAuth, type IntrospectionOptions, type OidcAuthOptions } from '../src/index.js';
import { secret } from './clients.js';
import { identityProvider, introspectionPath, type IdentityProvider } from './identity-provider.js';
import { audience } from './peer.js';
import { introspecting } from './introspecting.js';

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
const { discover } = introspecting(() => provider);
const questions = (): number => provider.asked.filter((path) => path === introspectionPath).length;

/** The identity provider answers this, whatever it is asked. */
const say = (answer: unknown, status = 200): void =>
  provider.fault(introspectionPath, { status, body: typeof answer === 'string' ? answer : JSON.stringify(answer) });
const seconds = (): number => Math.floor(Date.now() / 1_000);
const active = (more: object = {}): object => ({ active: true, sub: 'ada', tenant_id: 'acme', aud: audience, ...more });

describe('an answer', () => {
  test.each<[string, () => unknown]>([
    ['that it is not active', () => ({ active: false })],
    ['another issuer', () => active({ iss: `${provider.issuer}/` })],
    ['no audience', () => active({ aud: undefined })],
    ['another audience', () => active({ aud: ['https://agents.acme.example.evil'] })],
    ['no audience in a list', () => active({ aud: [] })],
    ['a past end', () => active({ exp: seconds() - 31 })],
    ['a beginning to come', () => active({ nbf: seconds() + 120 })],
    ['an issue to come', () => active({ iat: seconds() + 120 })],
    ['no user', () => active({ sub: undefined })],
    ['no tenant', () => active({ tenant_id: '' })],
    ['an unknown binding', () => active({ cnf: { jwk: {} } })],
    ['a refresh token', () => active({ token_type: 'Refresh' })],
    ['a type that is no text', () => active({ token_type: ['Bearer'] })],
    ['a binding to a certificate', () => active({ cnf: { 'x5t#S256': 'thumb' } })],
  ])('with %s is the token’s fault', async (_, answer) => {
    await using auth = await discover();
    say(answer());
    await expect(auth.authenticate(bearer('any'))).rejects.toMatchObject({ code: 'auth' });
  });

  test.each<[string, unknown, number?]>([
    ['active as a text', active({ active: 'true' })],
    ['active as a number', active({ active: 1 })],
    ['no active', { sub: 'ada', tenant_id: 'acme', aud: audience }],
    ['a list', [active()]],
    ['null', 'null'],
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['an end that is no number', active({ exp: '1e30' })],
    [
      'an end beyond numbers',
      '{"active":true,"aud":"https://agents.acme.example","sub":"ada","tenant_id":"a","exp":1e999}',
    ],
    ['an audience that is no text', active({ aud: [audience, 7] })],
    ['the type DPoP, and no binding', active({ token_type: 'DPoP' })],
    ['100 kB', active({ more: 'x'.repeat(100_000) })],
    ['status 500', active(), 500],
    ['status 403', { error: 'access_denied' }, 403],
    ['a redirect', active(), 302],
    ['status 201', active(), 201],
    ['status 204', '', 204],
  ])('with %s is not the token’s fault, and never a pass', async (_, answer, status) => {
    await using auth = await discover();
    say(answer, status);
    const token = 'a-token-that-nobody-knows';
    const error: unknown = await auth.authenticate(bearer(token)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'transport', retryable: true });
    expect(leaks([token, secret], error, auth)).toEqual([]);
    provider.fault(introspectionPath, 'none'); // nothing of it is remembered
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject({ code: 'auth' });
  });

  test('may leave the audience out where that is allowed; a wrong one is refused all the same', async () => {
    await using auth = await discover({ requireAudience: false });
    say(active({ aud: undefined }));
    expect(await auth.authenticate(bearer('one'))).toEqual(ada);
    say(active({ aud: 'https://other.example' }));
    await expect(auth.authenticate(bearer('two'))).rejects.toMatchObject({ code: 'auth' });
  });
});

test.each([
  ['silent', 'timeout'],
  ['reset', 'transport'],
] as const)('an identity provider that is %s is %s', async (fault, code) => {
  await using auth = await discover({}, { timeoutMs: 500 });
  provider.fault(introspectionPath, fault);
  const token = await provider.opaqueToken();
  const error: unknown = await auth.authenticate(bearer(token)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, retryable: true });
  expect(leaks([token, secret], error)).toEqual([]);
});

test('too many questions are rate_limited, with the time to wait', async () => {
  await using auth = await discover();
  provider.fault(introspectionPath, { status: 429, retryAfter: '7' });
  await expect(auth.authenticate(bearer('any'))).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 7_000 });
});

test('a secret that cannot be read is our own fault', async () => {
  const clientSecret = async (): Promise<string> => {
    throw new Error(`cannot read ${secret}`);
  };
  await using auth = await discover({ clientSecret });
  const error: unknown = await auth.authenticate(bearer('any')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'transport' });
  expect(leaks([secret], error)).toEqual([]);
});

describe('answers are remembered', () => {
  const benchOf = async (more: Partial<IntrospectionOptions> = {}): Promise<{ auth: OidcAuth; clock: FakeClock }> => {
    const clock = fakeClock({ nowMs: Date.now() });
    return { clock, auth: await discover(more, { clock }) };
  };
  const asks = async (auth: OidcAuth, token: string): Promise<[unknown, number]> => {
    const before = questions();
    const outcome = await auth.authenticate(bearer(token)).catch((thrown: unknown) => thrown);
    return [outcome, questions() - before];
  };
  const refused = expect.objectContaining({ code: 'auth' });

  test('good ones for their time; a revoked token passes no longer than that', async () => {
    const { auth, clock } = await benchOf();
    const token = await provider.opaqueToken();
    expect(await asks(auth, token)).toEqual([ada, 1]);
    await provider.revoke(token);
    await clock.advance(29_999);
    expect(await asks(auth, token)).toEqual([ada, 0]);
    await clock.advance(1);
    expect(await asks(auth, token)).toEqual([refused, 1]);
  });

  test('bad ones for seconds', async () => {
    const { auth, clock } = await benchOf();
    say({ active: false });
    expect(await asks(auth, 'one')).toEqual([refused, 1]);
    say(active());
    await clock.advance(4_999);
    expect(await asks(auth, 'one')).toEqual([refused, 0]);
    await clock.advance(1);
    expect(await asks(auth, 'one')).toEqual([ada, 1]);
  });

  test('never beyond the token’s own end', async () => {
    const { auth, clock } = await benchOf();
    say(active({ exp: Math.ceil(clock.now() / 1_000) + 10 }));
    expect(await asks(auth, 'one')).toEqual([ada, 1]);
    expect(await asks(auth, 'one')).toEqual([ada, 0]);
    say({ active: false });
    await clock.advance(11_000);
    expect(await asks(auth, 'one')).toEqual([refused, 1]);
  });

  test('by the whole token', async () => {
    const { auth } = await benchOf();
    const start = 'a'.repeat(500);
    say(active());
    expect(await asks(auth, `${start}b`)).toEqual([ada, 1]);
    say({ active: false });
    expect(await asks(auth, `${start}c`)).toEqual([refused, 1]);
    expect(await asks(auth, start)).toEqual([refused, 1]);
  });

  test('not for ever when the clock is set back', async () => {
    let nowMs = Date.now();
    const clock = { now: () => nowMs, after: () => () => undefined };
    await using auth = await discover({}, { clock });
    say(active());
    expect(await asks(auth, 'one')).toEqual([ada, 1]);
    nowMs -= 3_600_000;
    expect(await asks(auth, 'one')).toEqual([ada, 1]);
  });

  test('as many as there is room for, and bad ones push no good ones out', async () => {
    const { auth } = await benchOf({ maxEntries: 2 });
    say(active());
    for (const token of ['one', 'two', 'one', 'three']) await auth.authenticate(bearer(token));
    expect((await asks(auth, 'one'))[1]).toBe(0);
    expect((await asks(auth, 'three'))[1]).toBe(0);
    say({ active: false });
    for (let at = 0; at < 10; at++) expect((await asks(auth, `bad-${at}`))[1]).toBe(1);
    expect(await asks(auth, 'one')).toEqual([ada, 0]);
    expect((await asks(auth, 'two'))[1]).toBe(1);
  });

  test('of 50 callers at once with the same token one asks; each failure is its own', async () => {
    const { auth } = await benchOf();
    say(active());
    const before = questions();
    const all = await Promise.all(Array.from({ length: 50 }, () => auth.authenticate(bearer('same'))));
    expect(new Set(all.map(({ userId }) => userId))).toEqual(new Set(['ada']));
    expect(questions() - before).toBe(1);
    say({}, 500);
    const failures = await Promise.all(
      Array.from({ length: 50 }, () => auth.authenticate(bearer('other')).catch((error: unknown) => error)),
    );
    expect(new Set(failures).size).toBe(50);
    expect(questions() - before).toBe(2);
  });

  test('who gives up does not end the question for the others', async () => {
    const { auth } = await benchOf();
    const token = await provider.opaqueToken();
    const controller = new AbortController();
    const leaving = auth.authenticate(bearer(token), { signal: controller.signal });
    const staying = auth.authenticate(bearer(token));
    setImmediate(() => controller.abort('why'));
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled', cause: 'why' });
    expect(await staying).toEqual(ada);
  });

  test('and nobody can change what is remembered', async () => {
    const { auth } = await benchOf();
    say(active({ roles: ['reader'] }));
    const principal = await auth.authenticate(bearer('one'));
    expect(() => (principal.roles as string[]).push('admin')).toThrow(TypeError);
  });
});

describe('the mode', () => {
  test('jwt: nobody is asked', async () => {
    const options = { issuer: provider.issuer, ca: provider.ca, audience };
    await using auth = await OidcAuth.discover(options);
    const before = questions();
    expect(await auth.authenticate(bearer(await provider.token()))).toEqual(ada);
    await expect(auth.authenticate(bearer(await provider.opaqueToken()))).rejects.toMatchObject({ code: 'auth' });
    expect(questions()).toBe(before);
  });

  test('opaque: every token is asked about, whatever it looks like', async () => {
    await using auth = await discover();
    expect(await auth.authenticate(bearer(await provider.opaqueToken()))).toEqual(ada);
    const jwt = await provider.token();
    const before = questions();
    // This identity provider takes no questions about tokens that anybody can read.
    await expect(auth.authenticate(bearer(jwt))).rejects.toMatchObject({ code: 'auth' });
    expect(questions() - before).toBe(1);
    say(active());
    expect(await auth.authenticate(bearer(`${jwt}x`))).toEqual(ada);
  });

  test('both: each kind in its own way', async () => {
    await using auth = await discover({}, { mode: 'both' });
    const before = questions();
    expect(await auth.authenticate(bearer(await provider.token()))).toEqual(ada);
    expect(questions() - before).toBe(0);
    expect(await auth.authenticate(bearer(await provider.opaqueToken()))).toEqual(ada);
    expect(questions() - before).toBe(1);
    say(active());
    for (const odd of ['two.dots.here', 'e30.e30.e30']) expect(await auth.authenticate(bearer(odd))).toEqual(ada);
    const forged = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.e30`;
    await expect(auth.authenticate(bearer(forged))).rejects.toMatchObject({ code: 'auth' });
  });

  test('both, asking about JSON Web Tokens too: bad ones are not asked about, revoked ones and those of others are refused', async () => {
    await using auth = await discover({ askAboutJwt: true, ttlMs: 0, refusedTtlMs: 0 }, { mode: 'both' });
    const token = await provider.token();
    const before = questions();
    await expect(auth.authenticate(bearer(`${token}x`))).rejects.toMatchObject({ code: 'auth' });
    expect(questions()).toBe(before);
    say(active());
    expect(await auth.authenticate(bearer(token))).toEqual(ada);
    say(active({ sub: 'eve' }));
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject({ code: 'auth' });
    say({ active: false });
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject({ code: 'auth' });
    say({}, 500);
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject({ code: 'transport' });
  });

  test.each<[string, Partial<OidcAuthOptions>]>([
    ['opaque without introspection', { mode: 'opaque', introspection: undefined }],
    ['both without introspection', { mode: 'both', introspection: undefined }],
    ['jwt with introspection', { mode: 'jwt' }],
    ['another one', { mode: 'none' as 'jwt' }],
  ])('%s is refused', async (_, options) => {
    await expect(discover({}, options)).rejects.toMatchObject({ code: 'invalid' });
  });
});

test.each<[string, Partial<IntrospectionOptions>]>([
  ['no client id', { clientId: '' }],
  ['an unknown method', { method: 'none' as 'auto' }],
  ['a time that is none', { ttlMs: Number.NaN }],
  ['a negative number', { maxEntries: -1 }],
  ['a ca without certificates', { ca: 'x' }],
  ['asking about JSON Web Tokens in mode opaque', { askAboutJwt: true }],
])('%s is refused', async (_, options) => {
  await expect(discover(options)).rejects.toMatchObject({ code: 'invalid' });
});

test('closed, it asks nobody any more', async () => {
  const auth = await discover();
  const token = await provider.opaqueToken();
  auth.close();
  auth.close();
  await expect(auth.authenticate(bearer(token))).rejects.toMatchObject({ code: 'transport' });
});
