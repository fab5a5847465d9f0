import { VaultAuth } from '@tako/auth-vault';
import { VaultResolver, type VaultResolverOptions } from '@tako/secrets-vault';
import { fakeClock } from '@tako/testing';
import { fakeVault } from '@tako/testing/secrets';
import { onTestFinished } from 'vitest';

/** A Vault that holds tokens, over HTTP, with an authenticator that looks them up there. */
export async function vaultTokens(options: VaultResolverOptions = {}) {
  const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 23) });
  const vault = await fakeVault({ clock });
  onTestFinished(() => vault.close());
  const { url: address, rootToken } = vault;
  const resolver = new VaultResolver({ address, token: rootToken, environment: {}, clock, ...options });
  const auth = new VaultAuth({ vault: resolver, hashKey: 'hash-key-3Vd8Kq1Zt6Yw0Rm5Xs9Lb2Nc7', clock });
  return {
    auth,
    clock,
    vault,
    /** Makes a token known. */
    async issue(token: string, more: object = {}): Promise<void> {
      const path = (await auth.keyOf(token)).replace('secret/data/', '');
      vault.put('secret', path, { tenant_id: 'acme', user_id: 'ada', roles: 'reader', ...more });
    },
  };
}
