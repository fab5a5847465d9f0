import type { ConformanceCase } from '../conformance/conformance-case.js';
import { AuthBench, type AuthCase } from './auth-bench.js';
import type { AuthenticatorUnderTest } from './authenticator-under-test.js';
import { claimCases } from './claim-cases.js';
import { conductCases } from './conduct-cases.js';
import { forgeryCases } from './forgery-cases.js';
import { keySetCases } from './key-set-cases.js';
import { stormCases } from './storm-cases.js';
import { tokenCases } from './token-cases.js';
import { upstreamCases } from './upstream-cases.js';

const cases: readonly AuthCase[] = [
  ...tokenCases,
  ...conductCases,
  ...claimCases,
  ...forgeryCases,
  ...upstreamCases,
  ...keySetCases,
  ...stormCases,
];

/**
 * The promises of `Authenticator`, as tests for any runner: each passes, or throws an `Error` that says why.
 *
 * ```ts
 * import { authenticatorConformance } from '@tako/testing/identity';
 *
 * for (const { name, run } of authenticatorConformance({ name: 'mine', make, lacks: { jwt: 'tokens are opaque' } })) {
 *   test(name, run);
 * }
 * ```
 *
 * @throws `Error` when something is lacked without a reason
 */
export function authenticatorConformance(underTest: AuthenticatorUnderTest): ConformanceCase[] {
  const lacks = Object.entries(underTest.lacks ?? {});
  for (const [feature, reason] of lacks) {
    if (!reason) throw new Error(`${underTest.name} lacks ${feature}: say why`);
  }
  const lacked = new Set(lacks.map(([feature]) => feature));
  return cases
    .filter(({ needs = [] }) => !needs.some((feature) => lacked.has(feature)))
    .map(({ name, run }) => ({
      name,
      async run() {
        const subject = await underTest.make();
        try {
          await run(new AuthBench(subject));
        } finally {
          await subject.close?.();
        }
      },
    }));
}
