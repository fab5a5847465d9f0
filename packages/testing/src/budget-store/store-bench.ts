import type { BudgetAccount, BudgetAmount, BudgetBalance, BudgetStore, ReserveResult } from '@tako/core';

import { expectEqual } from '../conformance/bench/expectation.js';
import type { BudgetStoreUnderTest } from './store-under-test.js';

/** One case before it knows its store. */
export interface StoreCase {
  readonly name: string;
  readonly run: (bench: StoreBench) => Promise<void>;
}

/** Further away than any case lasts, in milliseconds. */
const farMs = 600_000;

/** What the cases need, in few words. */
export class StoreBench {
  readonly store: BudgetStore;
  readonly #underTest: BudgetStoreUnderTest;

  constructor(store: BudgetStore, underTest: BudgetStoreUnderTest) {
    this.store = store;
    this.#underTest = underTest;
  }

  /** An account that lasts as long as the case, or `livesMs` from now. */
  account(key: string, caps: Partial<BudgetAccount> = {}, livesMs: number = farMs): BudgetAccount {
    return { key, expiresAtMs: this.#underTest.nowMs() + livesMs, ...caps };
  }

  /** Reserves so many tokens (and as many billionths of a dollar), for as long as the case lasts or `livesMs`. */
  reserve(
    id: string,
    amount: number,
    accounts: readonly BudgetAccount[],
    livesMs: number = farMs,
  ): Promise<ReserveResult> {
    return this.store.reserve(id, amountOf(amount), accounts, this.#underTest.nowMs() + livesMs);
  }

  settle(id: string, amount: number, accounts: readonly BudgetAccount[]): Promise<void> {
    return this.store.settle(id, amountOf(amount), accounts);
  }

  async pass(ms: number): Promise<void> {
    await this.#underTest.pass(ms);
  }

  /** @throws when the account holds anything else. */
  async expectBalance(key: string, spent: number, reserved: number): Promise<void> {
    expectEqual(
      await this.store.balance(key),
      balanceOf(spent, reserved),
      `the account ${JSON.stringify(key.slice(0, 40))}`,
    );
  }
}

function amountOf(amount: number): BudgetAmount {
  return { nanoUsd: amount, tokens: amount };
}

export function balanceOf(spent: number, reserved: number): BudgetBalance {
  return { spent: amountOf(spent), reserved: amountOf(reserved) };
}
