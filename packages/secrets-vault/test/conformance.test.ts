import { appRole, kubernetes } from '@tako/secrets-vault';
import { secretResolverConformance } from '@tako/testing/secrets';
import { describe, expect, test } from 'vitest';

import { vaultUnderTest } from './under-test.js';

describe.each([
  vaultUnderTest('a token', 2, ({ rootToken }) => rootToken),
  vaultUnderTest('AppRole', 2, () => appRole({ roleId: 'fake-role-id', secretId: 'secret-id-9fA27cLq40' })),
  vaultUnderTest('Kubernetes', 2, () => kubernetes({ role: 'fake-role', jwt: 'fake-service-account-token' })),
  vaultUnderTest('version 1 of the engine', 1, ({ rootToken }) => rootToken),
])('vault ($name)', (underTest) => {
  test.each(secretResolverConformance(underTest))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
