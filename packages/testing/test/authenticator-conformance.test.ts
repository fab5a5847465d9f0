import { describe, expect, test } from 'vitest';

import { fakeClock } from '../src/fake-clock.js';
import {
  authenticatorConformance,
  keySetServer,
  newSigner,
  publicJwk,
  signToken,
  type ConformanceCase,
} from '../src/identity/index.js';
import { authFaults } from './identity/auth-faults.js';
import { goodClaims, smallAuth, type AuthFaults } from './identity/small-auth.js';

function suite(faults: () => AuthFaults): readonly ConformanceCase[] {
  return authenticatorConformance({
    name: 'small',
    async make() {
      const signer = await newSigner('ES256', 'key-1');
      const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 23) });
      const server = await keySetServer([publicJwk(signer)]);
      const claims = () => goodClaims(clock.now());
      return {
        authenticator: smallAuth(server.url, clock, faults()),
        mint: () => ({
          token: signToken(signer, { payload: claims() }),
          principal: { tenantId: 'acme', userId: 'ada', roles: ['reader'] },
        }),
        pass: (ms) => clock.advance(ms),
        lifetimeMs: 330_000,
        jwt: { signer, claims, nowMs: clock.now },
        upstream: { ...server, timeoutMs: 5_000 },
        keySet: { publish: server.publish, coolDownMs: 30_000 },
        close: server.close,
      };
    },
  });
}

describe('an authenticator that is right passes', () => {
  test.each(suite(() => ({})))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe('one that is not is caught', () => {
  test.concurrent.each(authFaults)('it %s', { timeout: 60_000 }, async (_, caughtBy, makeFaulty) => {
    const cases = suite(makeFaulty).filter(({ name }) => caughtBy.test(name));
    expect(cases.length).toBeGreaterThan(0);
    const outcomes = await Promise.allSettled(cases.map(({ run }) => run()));
    const passed = cases.filter((_case, at) => outcomes[at]?.status === 'fulfilled');
    expect(passed.map(({ name }) => name)).toEqual([]);
  });

  test('no case is one that cannot fail', () => {
    const unproven = suite(() => ({})).filter(({ name }) => !authFaults.some(([, caughtBy]) => caughtBy.test(name)));
    expect(unproven.map(({ name }) => name)).toEqual([]);
  });
});
