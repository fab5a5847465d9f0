import { ChainedAuth, StaticTokens } from '@tako/auth';
import type { Authenticator } from '@tako/core';
import { authenticatorConformance } from '@tako/testing/identity';
import { describe, expect, test } from 'vitest';

import { keySetKeys, oneKey } from './under-test.js';

const others = new StaticTokens([['a-token-of-somebody', { tenantId: 'other', userId: 'bob', roles: [] }]]);

/** Behind one that knows other tokens, in a chain within a chain. */
const chained = (authenticator: Authenticator): Authenticator =>
  new ChainedAuth([others, new ChainedAuth([authenticator])]);

describe.each([
  oneKey('HS256'),
  oneKey('RS256'),
  oneKey('ES256'),
  oneKey('EdDSA'),
  keySetKeys('RS256'),
  keySetKeys('ES256'),
  { ...keySetKeys('ES256', chained), name: 'ES256, key set by URL, in a chain' },
])('jwt ($name)', (underTest) => {
  test.each(authenticatorConformance(underTest))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
