import type { ConformanceCase } from '../../conformance/conformance-case.js';
import { keyCases } from './key-cases.js';
import { refusalCases } from './refusal-cases.js';
import { rotationCases } from './rotation-cases.js';
import { SecretBench } from './secret-bench.js';
import type { SecretResolverUnderTest } from './store-under-test.js';
import { waitingCases } from './waiting-cases.js';

/**
 * The promises of `SecretResolver`, as tests for any runner: each passes, or throws an `Error` that says why. Every error and every
 * resolver is searched for secrets and credentials.
 *
 * ```ts
 * import { secretResolverConformance } from '@tako/testing/secrets';
 *
 * for (const { name, run } of secretResolverConformance({ name: 'mine', start })) test(name, run);
 * ```
 */
export function secretResolverConformance(underTest: SecretResolverUnderTest): ConformanceCase[] {
  return [...keyCases, ...refusalCases, ...waitingCases, ...rotationCases].map(({ name, run }) => ({
    name,
    run: async () => {
      const store = await underTest.start();
      try {
        const bench = new SecretBench(underTest, store);
        await run(bench);
        bench.finish();
      } finally {
        await store.close();
      }
    },
  }));
}
