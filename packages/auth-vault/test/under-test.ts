import { VaultAuth } from '@tako/auth-vault';
import type { Authenticator } from '@tako/core';
import { VaultResolver, type VaultResolverOptions } from '@tako/secrets-vault';
import { fakeClock } from '@tako/testing';
import type { AuthenticatorUnderTest, UpstreamFault } from '@tako/testing/identity';
import { fakeVault, type FakeVault, type VendorFault, type VendorRequest } from '@tako/testing/secrets';

export const hashKey = 'hash-key-3Vd8Kq1Zt6Yw0Rm5Xs9Lb2Nc7';
const records = '/v1/secret/data/tako/tokens/';

/** A `VaultAuth` for the suite, by how it comes by Vault's own tokens. */
export function vaultUnderTest(
  name: string,
  token: (vault: FakeVault) => VaultResolverOptions['token'],
  wrap: (authenticator: Authenticator) => Authenticator = (it) => it,
): AuthenticatorUnderTest {
  return {
    name,
    lacks: { jwt: 'tokens are opaque', key_set: 'Vault holds records, not keys' },
    async make() {
      const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 23) });
      const vault = await fakeVault({ now: clock.now, secretId: 'secret-id-9fA27cLq40' });
      const resolver = new VaultResolver({ address: vault.url, token: token(vault), environment: {}, clock });
      const auth = new VaultAuth({ vault: resolver, hashKey, clock });
      let minted = 0;
      return {
        authenticator: wrap(auth),
        async mint() {
          const bearer = `tako-${++minted}-Xq7Vw2Kd9Lm4Rt8Zb1Nc`;
          await store(vault, auth, bearer, { expires_at: new Date(clock.now() + 300_000).toISOString() });
          return { token: bearer, principal: { tenantId: 'acme', userId: 'ada', roles: ['reader'] } };
        },
        pass: (ms) => clock.advance(ms),
        lifetimeMs: 300_000,
        upstream: {
          requests: () => vault.requests.filter(({ url }) => url.pathname.startsWith(records)).length,
          timeoutMs: 15_000,
          fail: faultsOf(vault),
        },
        close: () => vault.close(),
      };
    },
  };
}

/** Writes the record of a token. */
export async function store(
  vault: FakeVault,
  auth: VaultAuth,
  token: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const path = (await auth.keyOf(token)).replace(/^secret\/data\//, '');
  vault.put('secret', path, { tenant_id: 'acme', user_id: 'ada', roles: ['reader'], ...more });
}

/** The faults of the suite, each in front of a Vault that is in order. */
function faultsOf(vault: FakeVault): (fault: UpstreamFault | undefined) => void {
  let release: (() => void) | undefined;
  return (fault) => {
    release?.();
    if (fault === undefined) return vault.intercept(undefined);
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    return vault.intercept((request) => faulty(fault, rightAnswer(vault, request), request, released));
  };
}

function faulty(
  fault: UpstreamFault,
  right: string,
  { url }: VendorRequest,
  released: Promise<void>,
): VendorFault | undefined {
  if (url.pathname.startsWith('/elsewhere')) return { status: 200, body: right };
  switch (fault) {
    case 'refused':
      return 'reset';
    case 'error':
      return { status: 500, body: { errors: ['internal error'] } };
    case 'redirect':
      return { status: 307, headers: { location: `/elsewhere${url.pathname}` } };
    case 'hangs':
      return { status: 200, body: after(released, right) };
    case 'garbage':
      return { status: 200, body: '<html>Please log in</html>' };
    case 'lies':
      return { status: 200, body: { data: 'yes', auth: true } };
    case 'huge':
      return { status: 200, body: padded(right) };
  }
}

function rightAnswer(vault: FakeVault, { method, url }: VendorRequest): string {
  const path = url.pathname.replace(/^\/v1\/secret\//, '');
  return JSON.stringify(vault.engine('secret').answer({ method, path, query: url.searchParams, body: {} }).body);
}

async function* after(released: Promise<void>, text: string): AsyncGenerator<string> {
  await released;
  yield text;
}

async function* padded(text: string): AsyncGenerator<string> {
  for (let sent = 0; sent < 100; sent++) yield ' '.repeat(1_048_576);
  yield text;
}
