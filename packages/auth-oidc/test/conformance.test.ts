import { ChainedAuth, StaticTokens } from '@tako/auth';
import type { Authenticator } from '@tako/core';
import { authenticatorConformance } from '@tako/testing/identity';
import { describe, expect, test } from 'vitest';

import { jwtMode, opaqueMode } from './under-test.js';

const others = new StaticTokens([['a-token-of-somebody', { tenantId: 'other', userId: 'bob', roles: [] }]]);

/** Behind one that knows other tokens, in a chain within a chain. */
const chained = (authenticator: Authenticator): Authenticator =>
  new ChainedAuth([others, new ChainedAuth([authenticator])]);

describe.each([
  jwtMode('ES256', 'jwt'),
  jwtMode('EdDSA', 'both', chained),
  opaqueMode('opaque'),
  opaqueMode('both', chained),
])('oidc ($name)', (underTest) => {
  test.each(authenticatorConformance(underTest))('$name', { timeout: 60_000 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
