import { VaultAuth } from '@tako/auth-vault';
import { VaultResolver } from '@tako/secrets-vault';
import { sendsOnlyTo } from '@tako/testing';
import { fakeVault } from '@tako/testing/secrets';
import { expect, test } from 'vitest';

test('it sends nothing but to the address of its Vault', async () => {
  const server = await fakeVault();
  try {
    await sendsOnlyTo([server.url], async () => {
      const vault = new VaultResolver({ address: server.url, token: server.rootToken });
      const auth = new VaultAuth({ vault, hashKey: 'hash-key-3Vd8Kq1Zt6Yw0Rm5Xs9Lb2Nc7' });
      const token = 'tako-1-Xq7Vw2Kd9Lm4Rt8Zb1Nc';
      await expect(auth.authenticate({ token, scheme: 'bearer' })).rejects.toMatchObject({ code: 'auth' });
    });
  } finally {
    await server.close();
  }
});
