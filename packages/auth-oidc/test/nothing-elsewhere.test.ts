import { sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

import { OidcAuth } from '../src/index.js';
import { identityProvider } from './identity-provider.js';
import { audience } from './peer.js';

test('it sends nothing but to its issuer', async () => {
  await using provider = await identityProvider();
  const token = await provider.token();
  await sendsOnlyTo([provider.issuer], async () => {
    await using auth = await OidcAuth.discover({ issuer: provider.issuer, ca: provider.ca, audience });
    expect(await auth.authenticate({ token, scheme: 'bearer' })).toMatchObject({ userId: 'ada' });
  });
});
