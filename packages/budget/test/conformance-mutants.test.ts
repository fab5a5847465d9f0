import { memoryBudgetStore } from '@tako/budget';
import type { BudgetAmount, BudgetStore } from '@tako/core';
import { fakeClock } from '@tako/testing';
import { budgetStoreConformance } from '@tako/testing/budget';
import { expect, test } from 'vitest';

const nothing: BudgetAmount = { nanoUsd: 0, tokens: 0 };

/** Stores with one fault each, made of one that has none. */
const mutants: readonly (readonly [fault: string, (store: BudgetStore) => Partial<BudgetStore>])[] = [
  ['grants everything', () => ({ reserve: async () => ({ ok: true }) })],
  ['refuses everything', () => ({ reserve: async (_id, _amount, [account]) => refusal(account) })],
  ['holds nothing', (store) => ({ reserve: (id, _amount, ...rest) => store.reserve(id, nothing, ...rest) })],
  [
    'knows no caps',
    (store) => ({ reserve: (id, amount, all, at) => store.reserve(id, amount, all.map(uncapped), at) }),
  ],
  [
    'knows the first account only',
    (store) => ({ reserve: (id, amount, all, at) => store.reserve(id, amount, all.slice(0, 1), at) }),
  ],
  [
    'knows the cap in tokens only',
    (store) => ({ reserve: (id, amount, all, at) => store.reserve(id, amount, all.map(tokensOnly), at) }),
  ],
  [
    'never lets a reservation expire',
    (store) => ({ reserve: (id, amount, all) => store.reserve(id, amount, all, Infinity) }),
  ],
  ['books what was reserved', (store) => booksReserved(store)],
  ['never books', (store) => ({ settle: (id, _used, all) => store.settle(id, nothing, all) })],
  ['never settles', () => ({ settle: () => Promise.resolve() })],
  ['books an unknown reservation', (store) => booksUnknown(store)],
  ['knows no hostile name', (store) => namedBy(store, (key) => key.replaceAll(/[^\w:]/g, ''))],
  ['cuts long names', (store) => namedBy(store, (key) => key.slice(0, 3))],
  ['asks first and reserves later', (store) => lateReserve(store)],
];

test.each(mutants)('a store that %s is found out', async (_, mutate) => {
  const clock = fakeClock();
  const failed: string[] = [];
  const cases = budgetStoreConformance({
    name: 'mutant',
    make: () => {
      const store = memoryBudgetStore({ clock });
      return { ...store, ...mutate(store) };
    },
    nowMs: () => clock.now(),
    pass: (ms) => clock.advance(ms),
  });
  for (const { name, run } of cases) await run().catch(() => failed.push(name));
  expect(failed).not.toEqual([]);
});

type Account = Parameters<BudgetStore['reserve']>[2][number];

function refusal(account: Account | undefined): Awaited<ReturnType<BudgetStore['reserve']>> {
  return { ok: false, account: account ?? { key: '', expiresAtMs: 0 }, balance: { spent: nothing, reserved: nothing } };
}

function uncapped({ key, expiresAtMs }: Account): Account {
  return { key, expiresAtMs };
}

function tokensOnly({ key, expiresAtMs, maxTokens }: Account): Account {
  return { key, expiresAtMs, maxTokens };
}

function booksReserved(store: BudgetStore): Partial<BudgetStore> {
  const amounts = new Map<string, BudgetAmount>();
  return {
    reserve(id, amount, ...rest) {
      amounts.set(id, amount);
      return store.reserve(id, amount, ...rest);
    },
    settle: (id, used, all) => store.settle(id, amounts.get(id) ?? used, all),
  };
}

function booksUnknown(store: BudgetStore): Partial<BudgetStore> {
  return {
    async settle(id, used, all) {
      await store.reserve(`again ${id}`, nothing, all, Infinity);
      await store.settle(`again ${id}`, used, all);
      await store.settle(id, nothing, all);
    },
  };
}

function namedBy(store: BudgetStore, rename: (key: string) => string): Partial<BudgetStore> {
  const renamed = (account: Account): Account => ({ ...account, key: rename(account.key) });
  return {
    reserve: (id, amount, all, at) => store.reserve(id, amount, all.map(renamed), at),
    settle: (id, used, all) => store.settle(id, used, all.map(renamed)),
    balance: (key) => store.balance(rename(key)),
  };
}

function lateReserve(store: BudgetStore): Partial<BudgetStore> {
  return {
    async reserve(id, amount, all, at) {
      for (const { key, maxTokens = Infinity } of all) {
        const { spent, reserved } = await store.balance(key);
        if (spent.tokens + reserved.tokens + amount.tokens > maxTokens) return refusal(all[0]);
      }
      return store.reserve(id, amount, all.map(uncapped), at);
    },
  };
}
