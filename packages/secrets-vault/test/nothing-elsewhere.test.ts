import { VaultResolver } from '@tako/secrets-vault';
import { sendsOnlyTo } from '@tako/testing';
import { fakeVault } from '@tako/testing/secrets';
import { afterEach, beforeEach, expect, test } from 'vitest';

let vault: Awaited<ReturnType<typeof fakeVault>>;
beforeEach(async () => {
  vault = await fakeVault();
  vault.put('secret', 'app', { key: 'one' });
});
afterEach(() => vault.close());

test('it sends nothing but to its address', async () => {
  await sendsOnlyTo([vault.url], async () => {
    const resolver = new VaultResolver({ address: vault.url, token: vault.rootToken });
    expect((await resolver.resolve('secret/data/app#key')).expose()).toBe('one');
  });
});

test('without one the address is VAULT_ADDR, on purpose, and nothing else of the environment', async () => {
  const environment = { VAULT_ADDR: vault.url, VAULT_TOKEN: vault.rootToken };
  await sendsOnlyTo([vault.url], () => new VaultResolver().resolve('secret/data/app#key'), environment);
});
