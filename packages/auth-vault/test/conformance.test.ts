import { ChainedAuth, StaticTokens } from '@tako/auth';
import type { Authenticator } from '@tako/core';
import { appRole } from '@tako/secrets-vault';
import { authenticatorConformance } from '@tako/testing/identity';
import { describe, expect, test } from 'vitest';

import { vaultUnderTest } from './under-test.js';

const others = new StaticTokens([['a-token-of-somebody', { tenantId: 'other', userId: 'bob', roles: [] }]]);

/** Behind one that knows other tokens, in a chain within a chain. */
const chained = (authenticator: Authenticator): Authenticator =>
  new ChainedAuth([others, new ChainedAuth([authenticator])]);

describe.each([
  vaultUnderTest('a token', 'hvs.token-of-ours'),
  vaultUnderTest('AppRole', appRole({ roleId: 'role-of-ours', secretId: 'secret-id-of-ours' })),
  vaultUnderTest('in a chain', 'hvs.token-of-ours', chained),
])('vault ($name)', (underTest) => {
  test.each(authenticatorConformance(underTest))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
