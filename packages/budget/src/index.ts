export { Budget } from './budget.js';
export { memoryBudgetStore } from './memory-budget-store.js';
export type { BudgetUsage, DayUsage } from './budget.js';
export type { BudgetOptions, TenantCaps } from './budget-options.js';
