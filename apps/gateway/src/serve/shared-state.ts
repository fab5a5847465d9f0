import { MemoryStateStore, type RateLimitStore, type StateStore } from '@tako/compat-server';
import { memoryBudgetStore } from '@tako/budget';
import type { BudgetStore } from '@tako/core';

/** What outlives a reload where no Redis keeps it: what was spent today, stored responses, runs that wait for tools. */
export interface SharedState {
  readonly budgetStore: BudgetStore;
  readonly stateStore: StateStore;
  /** Absent: each version of the config counts for itself, within a minute. */
  readonly rateLimitStore?: RateLimitStore | undefined;
}

/** State in the memory of this process. */
export function memoryState(): SharedState {
  return { budgetStore: memoryBudgetStore(), stateStore: new MemoryStateStore() };
}
