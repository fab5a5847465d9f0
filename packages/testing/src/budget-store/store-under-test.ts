import type { BudgetStore } from '@tako/core';

/** A budget store as the conformance suite takes it. */
export interface BudgetStoreUnderTest {
  /** For example `redis (ioredis)`. */
  readonly name: string;
  /**
   * A store without accounts. The suite calls it for every case anew; stores that share a database are kept apart by a prefix.
   */
  readonly make: () => BudgetStore | Promise<BudgetStore>;
  /** Milliseconds since 1970-01-01 UTC by the clock that the store's callers go by. */
  readonly nowMs: () => number;
  /** Lets so much time pass: moves a fake clock, or waits. It is asked for less than 100 ms at a time. */
  readonly pass: (ms: number) => void | Promise<void>;
}
