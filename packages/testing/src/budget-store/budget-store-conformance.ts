import type { ConformanceCase } from '../conformance/conformance-case.js';
import { expiryCases } from './expiry-cases.js';
import { ledgerCases } from './ledger-cases.js';
import { rivalCases } from './rival-cases.js';
import type { BudgetStoreUnderTest } from './store-under-test.js';
import { StoreBench } from './store-bench.js';

/**
 * The promises of `BudgetStore`, as tests for any runner: each passes, or throws an `Error` that says why.
 *
 * ```ts
 * import { budgetStoreConformance } from '@tako/testing/budget';
 *
 * for (const { name, run } of budgetStoreConformance({ name: 'mine', make, nowMs: Date.now, pass })) test(name, run);
 * ```
 */
export function budgetStoreConformance(underTest: BudgetStoreUnderTest): ConformanceCase[] {
  return [...ledgerCases, ...expiryCases, ...rivalCases].map(({ name, run }) => ({
    name,
    run: async () => run(new StoreBench(await underTest.make(), underTest)),
  }));
}
