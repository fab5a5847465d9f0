export { budgetStoreConformance } from './budget-store-conformance.js';
export type { BudgetStoreUnderTest } from './store-under-test.js';
export type { ConformanceCase } from '../conformance/conformance-case.js';
