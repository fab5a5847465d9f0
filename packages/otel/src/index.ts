export { observeBudget } from './observe-budget.js';
export { otel } from './otel.js';
export { tracedFetch } from './traced-fetch.js';
export { tracedTransport } from './traced-transport.js';
export type { ContentField, OtelOptions } from './otel.js';
export type { BudgetReading, ObserveBudgetOptions } from './observe-budget.js';
