import { ChainedAuth, StaticTokens } from '@tako/auth';
import type { Authenticator } from '@tako/core';
import { fakeClock } from '@tako/testing';
import { authenticatorConformance, type AuthenticatorUnderTest } from '@tako/testing/identity';
import { describe, expect, test } from 'vitest';

const token = 'ada-Xq7Vw2Kd9Lm4Rt8Zb1NcYs6';
const principal = { tenantId: 'acme', userId: 'ada', roles: ['reader'] };

function underTest(name: string, authenticator: () => Authenticator): AuthenticatorUnderTest {
  return {
    name,
    lacks: {
      expiry: 'a token is good for as long as it is in the list',
      jwt: 'tokens are opaque',
      upstream: 'nobody is asked',
      key_set: 'there are no keys',
    },
    make: () => ({
      authenticator: authenticator(),
      mint: () => ({ token, principal }),
      pass: (ms) => fakeClock().advance(ms),
    }),
  };
}

const tokens = (): Authenticator => new StaticTokens([[token, principal]]);
const others = new StaticTokens([['bob-0123456789abcdef', { ...principal, userId: 'bob' }]]);

describe.each([
  underTest('static tokens', tokens),
  underTest('a chain', () => new ChainedAuth([others, tokens()])),
  underTest(
    'chains in a chain',
    () => new ChainedAuth([new ChainedAuth([others]), new ChainedAuth([tokens(), others])]),
  ),
])('$name', (each) => {
  test.each(authenticatorConformance(each))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
