import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { Secret, type Principal } from '@tako/core';

import { StaticTokens } from './static-tokens.js';

const ada: Principal = { tenantId: 'acme', userId: 'ada', roles: ['admin'] };
const bob: Principal = { tenantId: 'acme', userId: 'bob', roles: [] };
const adaToken = 'ada-0123456789abcdef';
const bobToken = 'bob-0123456789abcdef';
const bearer = (token: string) => ({ token, scheme: 'bearer' });

test('each token gives its principal, given as text or Secret, in a list or a Map', async () => {
  for (const tokens of [
    [[adaToken, ada] as const, [new Secret(bobToken), bob] as const],
    new Map([
      [adaToken, ada],
      [bobToken, bob],
    ]),
  ]) {
    const auth = new StaticTokens(tokens);
    expect(await auth.authenticate(bearer(adaToken))).toEqual(ada);
    expect(await auth.authenticate(bearer(bobToken))).toEqual(bob);
  }
});

test('principals are copies that nobody can change', async () => {
  const given = { tenantId: 'acme', userId: 'ada', roles: ['reader'] };
  const auth = new StaticTokens([[adaToken, given]]);
  given.roles.push('admin');
  const principal = await auth.authenticate(bearer(adaToken));
  expect(principal.roles).toEqual(['reader']);
  expect(() => (principal.roles as string[]).push('admin')).toThrow(TypeError);
});

test('neither tokens nor their hashes show', () => {
  const auth = new StaticTokens([[adaToken, ada]]);
  expect(inspect(auth, { depth: 9, showHidden: true })).toBe('StaticTokens {}');
  expect(JSON.stringify(auth)).toBe('{}');
});

describe('refused at construction, without showing the token:', () => {
  test.each<[string, unknown]>([
    ['no tokens', []],
    ['a missing token', [[undefined, ada]]],
    ['an empty one', [['', ada]]],
    ['a short one', [['sekret-12345678', ada]]],
    ['a short Secret', [[new Secret('sekret'), ada]]],
    ['a long one', [['sekret'.repeat(2_000), ada]]],
    ['white space', [[' sekret-0123456789', ada]]],
    ['a line end', [['sekret-0123456789\n', ada]]],
    ['letters beyond ASCII', [['sekrët-sekret-0123456789', ada]]],
    [
      'the same one twice',
      [
        ['sekret-0123456789', ada],
        [new Secret('sekret-0123456789'), bob],
      ],
    ],
    ['no principal', [['sekret-0123456789', undefined]]],
    ['an empty tenant', [['sekret-0123456789', { ...ada, tenantId: '' }]]],
    ['roles that are a text', [['sekret-0123456789', { ...ada, roles: 'admin' }]]],
  ])('%s', (_, tokens) => {
    let error: unknown;
    try {
      // What a caller without types passes.
      void new StaticTokens(tokens as Iterable<[string, Principal]>);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'invalid' });
    expect(inspect(error, { depth: 9 })).not.toMatch(/sekr/);
  });
});

test('the time taken does not tell where in the list a token stands: every entry is compared', async () => {
  const tokens = Array.from(
    { length: 20 },
    (_, at) => [`token-${at}-0123456789abcdef`, { ...ada, userId: `${at}` }] as const,
  );
  const auth = new StaticTokens(tokens);
  for (const [token, principal] of tokens) expect(await auth.authenticate(bearer(token))).toEqual(principal);
});
