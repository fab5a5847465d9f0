import { JwtAuth, jwksUrl } from '@tako/auth-jwt';
import { sendsOnlyTo } from '@tako/testing';
import { keySetServer, newSigner, publicJwk, signToken } from '@tako/testing/identity';
import { expect, test } from 'vitest';

test('it sends nothing but to the URL of its keys, whatever a token names', async () => {
  const signer = await newSigner('RS256', 'key-1');
  const server = await keySetServer([publicJwk(signer)]);
  try {
    await sendsOnlyTo([server.url], async () => {
      const auth = new JwtAuth({ keys: jwksUrl(`${server.url}/keys`) });
      const payload = { sub: 'ada', tenant_id: 'acme', exp: Date.now() / 1_000 + 60 };
      const header = { jku: 'http://elsewhere.invalid/keys', x5u: 'http://elsewhere.invalid/x5u' };
      const good = signToken(signer, { payload });
      expect(await auth.authenticate({ token: good, scheme: 'bearer' })).toMatchObject({ userId: 'ada' });
      const leading = signToken(signer, { payload, header: { ...header, kid: 'unknown' } });
      await expect(auth.authenticate({ token: leading, scheme: 'bearer' })).rejects.toMatchObject({ code: 'auth' });
    });
  } finally {
    await server.close();
  }
});
