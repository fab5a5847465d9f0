import type { VaultResolverOptions } from '@tako/secrets-vault';
import { VaultResolver } from '@tako/secrets-vault';
import type { FakeVault, SecretResolverUnderTest, VendorRequest } from '@tako/testing/secrets';
import { fakeVault } from '@tako/testing/secrets';

/** Where Vault keeps KV secrets in this test: version 1 and 2 differ in their keys. */
const places = { 1: { mount: 'kv1', prefix: 'kv1' }, 2: { mount: 'secret', prefix: 'secret/data' } } as const;

/** A resolver for the suite: which engine, and how it comes by its tokens. */
export function vaultUnderTest(
  name: string,
  kvVersion: 1 | 2,
  token: (vault: FakeVault) => VaultResolverOptions['token'],
): SecretResolverUnderTest {
  const { mount, prefix } = places[kvVersion];
  return {
    name,
    async start() {
      const vault = await fakeVault({ rootToken: 'root-kQ81vXw2rT7m', secretId: 'secret-id-9fA27cLq40' });
      return {
        server: vault,
        resolver: ({ timeoutMs }) =>
          new VaultResolver({ address: vault.url, token: token(vault), kvVersion, timeoutMs, environment: {} }),
        put(path, value) {
          vault.put(mount, path, { value, other: 'x' });
          return { key: `${prefix}/${path}#value` };
        },
        isSecretRequest: ({ url }: VendorRequest) => url.pathname.startsWith(`/v1/${prefix}`),
        refusal: (kind, text) => {
          const status = { forbidden: 403, unauthorized: 403, missing: 404, throttled: 429, down: 503 }[kind];
          return { status, headers: { 'retry-after': '7' }, body: { errors: [text] } };
        },
        get credentials() {
          return [vault.rootToken, 'secret-id-9fA27cLq40', ...vault.tokens.ids];
        },
        close: () => vault.close(),
      };
    },
  };
}
