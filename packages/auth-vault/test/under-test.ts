import { VaultAuth } from '@tako/auth-vault';
import type { Authenticator } from '@tako/core';
import { VaultResolver, type VaultResolverOptions } from '@tako/secrets-vault';
import { fakeClock } from '@tako/testing';
import { upstreamServer, type AuthenticatorUnderTest, type UpstreamAnswer } from '@tako/testing/identity';

const hashKey = 'hash-key-3Vd8Kq1Zt6Yw0Rm5Xs9Lb2Nc7';

/** A `VaultAuth` for the suite, by how it comes by Vault's own tokens, in front of a Vault that can fail in each way. */
export function vaultUnderTest(
  name: string,
  token: VaultResolverOptions['token'],
  wrap: (authenticator: Authenticator) => Authenticator = (it) => it,
): AuthenticatorUnderTest {
  return {
    name,
    lacks: { jwt: 'tokens are opaque', key_set: 'Vault holds records, not keys' },
    async make() {
      const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 23) });
      const records = new Map<string, object>();
      const server = await upstreamServer(({ path }) => answer(path, records));
      const vault = new VaultResolver({ address: server.url, token, environment: {}, clock });
      const auth = new VaultAuth({ vault, hashKey, clock });
      let minted = 0;
      return {
        authenticator: wrap(auth),
        async mint() {
          const bearer = `tako-${++minted}-Xq7Vw2Kd9Lm4Rt8Zb1Nc`;
          const expires_at = new Date(clock.now() + 300_000).toISOString();
          const record = { tenant_id: 'acme', user_id: 'ada', roles: ['reader'], expires_at };
          records.set(`/v1/${await auth.keyOf(bearer)}`, record);
          return { token: bearer, principal: { tenantId: 'acme', userId: 'ada', roles: ['reader'] } };
        },
        pass: (ms) => clock.advance(ms),
        lifetimeMs: 300_000,
        upstream: { ...server, timeoutMs: 15_000 },
        close: server.close,
      };
    },
  };
}

/** Logins, and version 2 of the key-value engine: https://developer.hashicorp.com/vault/api-docs (read 2026-11-23). */
function answer(path: string, records: ReadonlyMap<string, object>): UpstreamAnswer {
  if (path.endsWith('/login')) {
    return { body: { auth: { client_token: 'hvs.token-of-ours', lease_duration: 3_600, renewable: false } } };
  }
  const data = records.get(path);
  return data === undefined ? { status: 404, body: { errors: [] } } : { body: { data: { data, metadata: {} } } };
}
