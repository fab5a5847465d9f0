import { ChainedAuth, StaticTokens } from '@tako/auth';
import type { Authenticator } from '@tako/core';
import { appRole, kubernetes } from '@tako/secrets-vault';
import { authenticatorConformance } from '@tako/testing/identity';
import { describe, expect, test } from 'vitest';

import { vaultUnderTest } from './under-test.js';

const others = new StaticTokens([['a-token-of-somebody', { tenantId: 'other', userId: 'bob', roles: [] }]]);
const chained = (authenticator: Authenticator): Authenticator =>
  new ChainedAuth([others, new ChainedAuth([authenticator])]);

describe.each([
  vaultUnderTest('a token', ({ rootToken }) => rootToken),
  vaultUnderTest('AppRole', () => appRole({ roleId: 'fake-role-id', secretId: 'secret-id-9fA27cLq40' })),
  vaultUnderTest('Kubernetes', () => kubernetes({ role: 'fake-role', jwt: 'fake-service-account-token' })),
  vaultUnderTest('in a chain', ({ rootToken }) => rootToken, chained),
])('vault ($name)', (underTest) => {
  test.each(authenticatorConformance(underTest))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
