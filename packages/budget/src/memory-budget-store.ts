import {
  systemClock,
  type BudgetAccount,
  type BudgetAmount,
  type BudgetBalance,
  type BudgetStore,
  type Clock,
} from '@tako/core';

interface Account extends BudgetBalance {
  readonly expiresAtMs: number;
}

interface Reservation {
  readonly amount: BudgetAmount;
  readonly accounts: readonly BudgetAccount[];
  readonly expiresAtMs: number;
  /** False once it has expired: it holds nothing back any more, but what its call used can still be booked. */
  held: boolean;
}

const nothing: BudgetAmount = { nanoUsd: 0, tokens: 0 };

/**
 * Keeps budgets in the memory of this process. Each operation runs to its end before another starts, so that they are
 * atomic by nature. What has expired is forgotten.
 */
export function memoryBudgetStore(options: { readonly clock?: Clock | undefined } = {}): BudgetStore {
  const { clock = systemClock(globalThis) } = options;
  const accounts = new Map<string, Account>();
  const reservations = new Map<string, Reservation>();
  let nextSweepMs = 0;

  const change = ({ key, expiresAtMs }: BudgetAccount, spent: BudgetAmount, reserved: BudgetAmount): void => {
    const account = accounts.get(key);
    accounts.set(key, {
      spent: add(account?.spent ?? nothing, spent),
      reserved: add(account?.reserved ?? nothing, reserved),
      expiresAtMs: Math.max(account?.expiresAtMs ?? 0, expiresAtMs),
    });
  };
  const release = (reservation: Reservation): void => {
    if (!reservation.held) return;
    reservation.held = false;
    for (const account of reservation.accounts) change(account, nothing, negative(reservation.amount));
  };

  /** Lets go of what has expired. */
  const sweep = (): void => {
    const nowMs = clock.now();
    if (nowMs < nextSweepMs) return;
    nextSweepMs = Infinity;
    for (const [id, reservation] of reservations) {
      const forgetAtMs = Math.max(
        reservation.expiresAtMs,
        ...reservation.accounts.map(({ expiresAtMs }) => expiresAtMs),
      );
      if (reservation.expiresAtMs <= nowMs) release(reservation);
      if (forgetAtMs <= nowMs) reservations.delete(id);
      else nextSweepMs = Math.min(nextSweepMs, reservation.held ? reservation.expiresAtMs : forgetAtMs);
    }
    for (const [key, { expiresAtMs }] of accounts) {
      if (expiresAtMs <= nowMs) accounts.delete(key);
      else nextSweepMs = Math.min(nextSweepMs, expiresAtMs);
    }
  };
  const balanceOf = (key: string): BudgetBalance => {
    const { spent, reserved } = accounts.get(key) ?? { spent: nothing, reserved: nothing };
    return { spent, reserved };
  };

  return {
    async reserve(id, amount, named, expiresAtMs) {
      sweep();
      for (const account of named) {
        const balance = balanceOf(account.key);
        if (!bears(account, add(add(balance.spent, balance.reserved), amount))) return { ok: false, account, balance };
      }
      reservations.set(id, { amount, accounts: named, expiresAtMs, held: true });
      for (const account of named) change(account, nothing, amount);
      nextSweepMs = Math.min(nextSweepMs, expiresAtMs);
      return { ok: true };
    },

    async settle(id, used) {
      const reservation = reservations.get(id);
      if (reservation === undefined) return;
      release(reservation);
      reservations.delete(id);
      for (const account of reservation.accounts) change(account, used, nothing);
    },

    async balance(key) {
      sweep();
      return balanceOf(key);
    },
  };
}

function bears({ maxNanoUsd = Infinity, maxTokens = Infinity }: BudgetAccount, total: BudgetAmount): boolean {
  return total.nanoUsd <= maxNanoUsd && total.tokens <= maxTokens;
}

function add(left: BudgetAmount, right: BudgetAmount): BudgetAmount {
  return { nanoUsd: left.nanoUsd + right.nanoUsd, tokens: left.tokens + right.tokens };
}

function negative({ nanoUsd, tokens }: BudgetAmount): BudgetAmount {
  return { nanoUsd: -nanoUsd, tokens: -tokens };
}
