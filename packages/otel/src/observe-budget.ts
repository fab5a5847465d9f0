import { metrics, type BatchObservableResult, type MeterProvider } from '@opentelemetry/api';

import { scope } from './instruments.js';

/** What an account holds, and what it may: `DayUsage` of `@tako/budget` fits. */
export interface BudgetReading {
  readonly spentUsd: number;
  readonly reservedUsd: number;
  /** Absent where there is no cap. */
  readonly maxUsd?: number | undefined;
  readonly spentTokens: number;
  readonly reservedTokens: number;
  /** Absent where there is no cap. */
  readonly maxTokens?: number | undefined;
}

/** What `observeBudget` takes. */
export interface ObserveBudgetOptions {
  /** Looks at the account. It is asked whenever metrics are collected; where it fails, nothing new is told. */
  readonly read: () => BudgetReading | Promise<BudgetReading>;
  /** What the budget is called: the value of `tako.budget.name`. Few, and no tenant by the thousand. */
  readonly name: string;
  /** @defaultValue the one that is registered now */
  readonly meterProvider?: MeterProvider | undefined;
}

/**
 * Tells how much of a budget is left, in US dollars and in tokens, as far as it has caps: gauges `tako.budget.left` and
 * `tako.budget.left_tokens`. The store is asked when metrics are collected, and never by a call of a model.
 *
 * ```ts
 * const stop = observeBudget({ name: 'acme', read: () => budget.usage({ tenantId: 'acme' }) });
 * ```
 *
 * @returns ends it
 */
export function observeBudget({ read, name, meterProvider }: ObserveBudgetOptions): () => void {
  const meter = (meterProvider ?? metrics.getMeterProvider()).getMeter(scope);
  const usd = meter.createObservableGauge('tako.budget.left', {
    unit: 'USD',
    description: 'What is left of a budget.',
  });
  const tokens = meter.createObservableGauge('tako.budget.left_tokens', {
    unit: '{token}',
    description: 'Tokens that are left of a budget.',
  });
  const labels = { 'tako.budget.name': name };
  const observe = async (result: BatchObservableResult): Promise<void> => {
    try {
      const { maxUsd, spentUsd, reservedUsd, maxTokens, spentTokens, reservedTokens } = await read();
      if (maxUsd !== undefined) result.observe(usd, maxUsd - spentUsd - reservedUsd, labels);
      if (maxTokens !== undefined) result.observe(tokens, maxTokens - spentTokens - reservedTokens, labels);
    } catch {
      // A store that is down is told by the calls that need it.
    }
  };
  meter.addBatchObservableCallback(observe, [usd, tokens]);
  return () => {
    meter.removeBatchObservableCallback(observe, [usd, tokens]);
  };
}
