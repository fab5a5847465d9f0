import type { Budget } from '@tako/budget';
import { observeBudget } from '@tako/otel';

import type { GatewayConfig } from '../config/gateway-config.js';

/**
 * Tells what is left of a config's budgets whenever metrics are collected: of all tenants together under the name `*`, and of
 * each tenant that has a cap of its own.
 *
 * @returns ends it
 */
export function observeBudgets(config: NonNullable<GatewayConfig['budget']>, budget: Budget): () => void {
  const { maxUsdPerTenantPerDay = {}, maxTokensPerTenantPerDay = {} } = config;
  const names = new Set(['*', ...Object.keys(maxUsdPerTenantPerDay), ...Object.keys(maxTokensPerTenantPerDay)]);
  const ends = Array.from(names, (name) =>
    observeBudget({ name, read: () => budget.usage({ tenantId: name === '*' ? undefined : name }) }),
  );
  return () => {
    for (const end of ends) end();
  };
}
