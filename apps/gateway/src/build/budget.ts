import { Budget } from '@tako/budget';
import { redisBudgetStore } from '@tako/budget-redis';
import type { BudgetStore } from '@tako/core';
import { createClient } from 'redis';

import type { GatewayConfig } from '../config/gateway-config.js';
import type { Credentials } from './credentials.js';

type BudgetConfig = NonNullable<GatewayConfig['budget']>;

/** A budget, and what closes the connection that it may have. */
export interface BuiltBudget extends AsyncDisposable {
  readonly budget: Budget;
}

/**
 * The budget of a config, on Redis where it names one.
 *
 * @param note told of what an operator should know
 * @throws when Redis cannot be reached at the start
 */
export async function buildBudget(
  config: BudgetConfig,
  credentials: Credentials,
  note: (line: string) => void,
): Promise<BuiltBudget> {
  const { redis, ...caps } = config;
  if (redis === undefined) {
    return { budget: new Budget(caps), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const client = createClient({ url: await credentials.read(redis.url, 'budget.redis.url') });
  // Without a listener a lost connection ends the process; the client comes back by itself.
  client.on('error', () => {
    note('the budget’s Redis is away');
  });
  await client.connect();
  const store: BudgetStore = redisBudgetStore({
    client,
    fail: redis.fail,
    onUnavailable: () => {
      note('a call was not counted: the budget’s Redis is away');
    },
  });
  return {
    budget: new Budget({ ...caps, store }),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}
