import { appRole } from '@tako/secrets-vault';
import { expect } from 'vitest';

import { gate } from '../identity/gate.js';
import { vaultTokens } from '../identity/vault-tokens.js';
import { fault } from './fault.js';

const token = 'vault-Xq7Vw2Kd9Lm4Rt8Zb1NcYs6';

fault('60a', 'a Vault that is sealed, a standby, or answers anything but the record', async () => {
  const { auth, vault, issue } = await vaultTokens();
  const { defers, admits } = await gate(auth);
  await issue(token);
  // https://developer.hashicorp.com/vault/api-docs/system/health (read 2026-11-23): 429 standby, 472, 473, 501, 503 sealed.
  for (const status of [307, 400, 412, 429, 472, 473, 500, 501, 502, 503]) {
    vault.intercept(() => ({ status, body: { errors: [`Vault is sealed, ${token}`] } }));
    await defers(token);
  }
  vault.intercept(undefined);
  await admits(token);
});

fault('60b', 'a Vault that refuses the server itself (403)', async () => {
  const { auth, vault, issue } = await vaultTokens();
  const { defers } = await gate(auth);
  await issue(token);
  vault.intercept(() => ({ status: 403, body: { errors: ['permission denied'] } }));
  await defers(token);
});

fault('60c', 'a token that is a path, or has one in it', async () => {
  const { auth, vault, issue } = await vaultTokens();
  const { refuses } = await gate(auth);
  await issue(token);
  for (const odd of ['../../sys/seal', 'a/../b', '../tokens', './////', 'secret/data/tako/tokens', '../../..'])
    await refuses(odd);
  for (const { url } of vault.requests)
    expect(url.pathname).toMatch(/^\/v1\/secret\/data\/tako\/tokens\/[0-9a-f]{64}$/);
  expect(JSON.stringify(vault.requests.map(({ url }) => url.href))).not.toContain(token);
});

fault('60d', 'a token whose record has ended, or is taken away', async () => {
  const { auth, clock, vault, issue } = await vaultTokens();
  const { admits, refuses } = await gate(auth);
  await issue(token, { expires_at: '2026-11-23T00:00:30Z' });
  await admits(token);
  await clock.advance(30_000);
  await refuses(token);
  await issue(`${token}-2`);
  await admits(`${token}-2`);
  vault.intercept(() => ({ status: 404, body: { errors: [] } }));
  await clock.advance(60_000);
  await refuses(`${token}-2`);
});

fault('60e', 'a record that nobody can read', async () => {
  const { auth, issue } = await vaultTokens();
  const { defers } = await gate(auth);
  for (const [at, more] of [
    { tenant_id: '' },
    { user_id: 7 },
    { roles: { admin: true } },
    { expires_at: 'never' },
  ].entries()) {
    await issue(`${token}${at}`, more);
    await defers(`${token}${at}`);
  }
});

fault('60f', 'a login of the server’s own at Vault that ends while it serves', async () => {
  const { auth, vault, clock, issue } = await vaultTokens({
    token: appRole({ roleId: 'fake-role-id', secretId: 'fake-secret-id' }),
  });
  const { admits } = await gate(auth);
  await issue(token);
  await admits(token);
  vault.tokens.revokeAll();
  await clock.advance(60_000);
  await admits(token);
});
