import type { BudgetStore, ChatRequest, Clock } from '@tako/core';

/** Caps by tenant id. The key `*` holds for every tenant that is not named. */
export type TenantCaps = { readonly [tenantId: string]: number };

/** What `new Budget` takes. Every cap is optional; a call must fit under all that are there. */
export interface BudgetOptions {
  /** For one model call, in US dollars. */
  readonly maxUsdPerRequest?: number | undefined;
  /** For all model calls of one run, sub-runs included, in US dollars. */
  readonly maxUsdPerRun?: number | undefined;
  /** For all tenants together, each UTC day, in US dollars. */
  readonly maxUsdPerDay?: number | undefined;
  /** For one tenant, each UTC day, in US dollars: `{ acme: 100, '*': 5 }`. */
  readonly maxUsdPerTenantPerDay?: TenantCaps | undefined;
  /** For one model call, input and output together. */
  readonly maxTokensPerRequest?: number | undefined;
  readonly maxTokensPerRun?: number | undefined;
  readonly maxTokensPerDay?: number | undefined;
  readonly maxTokensPerTenantPerDay?: TenantCaps | undefined;
  /**
   * What happens under a USD cap when a model's price is not known: the call is refused with `invalid`, or it runs with a
   * `warning` event and counts in tokens only. @defaultValue `refuse`
   */
  readonly onUnknownPrice?: 'refuse' | 'warn' | undefined;
  /** Shortest answer worth paying for, in tokens: where less is affordable, the call is refused. @defaultValue 256 */
  readonly minOutputTokens?: number | undefined;
  /**
   * Longest answer to reserve for where neither the request nor the model's capabilities name one; the request then
   * carries it as `maxOutputTokens`. @defaultValue 32768
   */
  readonly defaultMaxOutputTokens?: number | undefined;
  /**
   * Counts the input tokens of a request, never too few, where you have the model's tokenizer. @defaultValue an upper bound
   * for any tokenizer, about four times the true count for English text; the surplus is given back when the call ends
   */
  readonly countInputTokens?: ((request: ChatRequest, providerId: string) => number) | undefined;
  /** How long a reservation outlives a process that died with it, in milliseconds. @defaultValue 900000 */
  readonly reservationTtlMs?: number | undefined;
  /**
   * How long a run may rest and still be known by its cap, in milliseconds: a run that is resumed later begins anew. Each run
   * is kept so long, about 300 bytes in memory. @defaultValue 3600000
   */
  readonly runIdleMs?: number | undefined;
  /** Where the accounts are kept. @defaultValue in memory, for this process alone */
  readonly store?: BudgetStore | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}
