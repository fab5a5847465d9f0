import {
  systemClock,
  type BudgetAccount,
  type BudgetAmount,
  type BudgetBalance,
  type BudgetStore,
  type Clock,
} from '@tako/core';

interface Account {
  spentNanoUsd: number;
  spentTokens: number;
  reservedNanoUsd: number;
  reservedTokens: number;
  expiresAtMs: number;
}

interface Reservation {
  readonly amount: BudgetAmount;
  readonly accounts: readonly BudgetAccount[];
  /** What it holds back from: not by name, which may come to stand for another account. */
  readonly from: readonly Account[];
  readonly expiresAtMs: number;
  /** False once it has expired: it holds nothing back any more, but what its call used can still be booked. */
  held: boolean;
}

/** Accounts whose time is over are no longer seen at once, and let go of this often, in milliseconds. */
const sweepEveryMs = 60_000;

/**
 * Keeps budgets in the memory of this process. Each operation runs to its end before another starts, so that they are
 * atomic by nature. What has expired is forgotten.
 */
export function memoryBudgetStore(options: { readonly clock?: Clock | undefined } = {}): BudgetStore {
  const { clock = systemClock(globalThis) } = options;
  const accounts = new Map<string, Account>();
  const reservations = new Map<string, Reservation>();
  /** No reservation that is held expires before. */
  let nextExpiryMs = Infinity;
  let nextSweepMs = clock.now() + sweepEveryMs;

  const find = (key: string, nowMs: number): Account | undefined => {
    const account = accounts.get(key);
    return account !== undefined && account.expiresAtMs > nowMs ? account : undefined;
  };
  const open = ({ key, expiresAtMs }: BudgetAccount, nowMs: number): Account => {
    const known = find(key, nowMs);
    if (known !== undefined) {
      known.expiresAtMs = Math.max(known.expiresAtMs, expiresAtMs);
      return known;
    }
    const account = { spentNanoUsd: 0, spentTokens: 0, reservedNanoUsd: 0, reservedTokens: 0, expiresAtMs };
    accounts.set(key, account);
    return account;
  };
  const release = (reservation: Reservation): void => {
    if (!reservation.held) return;
    reservation.held = false;
    for (const account of reservation.from) {
      account.reservedNanoUsd -= reservation.amount.nanoUsd;
      account.reservedTokens -= reservation.amount.tokens;
    }
  };

  /** Releases what has expired, and now and then lets go of what nobody can name any more. */
  const tidy = (nowMs: number): void => {
    if (nowMs >= nextExpiryMs) {
      nextExpiryMs = Infinity;
      for (const reservation of reservations.values()) {
        if (reservation.expiresAtMs <= nowMs) release(reservation);
        else nextExpiryMs = Math.min(nextExpiryMs, reservation.expiresAtMs);
      }
    }
    if (nowMs < nextSweepMs) return;
    nextSweepMs = nowMs + sweepEveryMs;
    for (const [key, { expiresAtMs }] of accounts) if (expiresAtMs <= nowMs) accounts.delete(key);
    for (const [id, reservation] of reservations) {
      const isBookable = reservation.held || reservation.accounts.some(({ expiresAtMs }) => expiresAtMs > nowMs);
      if (!isBookable) reservations.delete(id);
    }
  };

  return {
    async reserve(id, amount, named, expiresAtMs) {
      const nowMs = clock.now();
      tidy(nowMs);
      for (const account of named) {
        const has = find(account.key, nowMs);
        if (!bears(account, has, amount)) return { ok: false, account, balance: balanceOf(has) };
      }
      const from = named.map((account) => open(account, nowMs));
      for (const account of from) {
        account.reservedNanoUsd += amount.nanoUsd;
        account.reservedTokens += amount.tokens;
      }
      reservations.set(id, { amount, accounts: named, from, expiresAtMs, held: true });
      nextExpiryMs = Math.min(nextExpiryMs, expiresAtMs);
      return { ok: true };
    },

    async settle(id, used) {
      const reservation = reservations.get(id);
      if (reservation === undefined) return;
      const nowMs = clock.now();
      release(reservation);
      reservations.delete(id);
      for (const each of reservation.accounts) {
        const account = open(each, nowMs);
        account.spentNanoUsd += used.nanoUsd;
        account.spentTokens += used.tokens;
      }
    },

    async balance(key) {
      const nowMs = clock.now();
      tidy(nowMs);
      return balanceOf(find(key, nowMs));
    },
  };
}

function bears({ maxNanoUsd, maxTokens }: BudgetAccount, has: Account | undefined, amount: BudgetAmount): boolean {
  const nanoUsd = (has?.spentNanoUsd ?? 0) + (has?.reservedNanoUsd ?? 0) + amount.nanoUsd;
  const tokens = (has?.spentTokens ?? 0) + (has?.reservedTokens ?? 0) + amount.tokens;
  return (maxNanoUsd === undefined || nanoUsd <= maxNanoUsd) && (maxTokens === undefined || tokens <= maxTokens);
}

function balanceOf(account: Account | undefined): BudgetBalance {
  const { spentNanoUsd = 0, spentTokens = 0, reservedNanoUsd = 0, reservedTokens = 0 } = account ?? {};
  return {
    spent: { nanoUsd: spentNanoUsd, tokens: spentTokens },
    reserved: { nanoUsd: reservedNanoUsd, tokens: reservedTokens },
  };
}
