import { systemClock, toTakoError, type BudgetBalance, type BudgetStore, type Clock } from '@tako/core';

import { evaluate, type RedisClient } from './redis-client.js';
import { balanceScript, reserveScript, settleScript } from './scripts.js';

/** What `redisBudgetStore` takes. */
export interface RedisBudgetStoreOptions {
  /** A client of `redis` (4 and later) or `ioredis`. */
  readonly client: RedisClient;
  /** Keys begin with it. @defaultValue `tako:budget` */
  readonly keyPrefix?: string | undefined;
  /**
   * What happens while Redis is away. `closed`: calls are refused with `transport`. `open`: calls are made without being
   * counted, and `onUnavailable` is told. @defaultValue `closed`
   */
  readonly fail?: 'closed' | 'open' | undefined;
  /** Told of every operation that Redis did not do, under `fail: 'open'`. */
  readonly onUnavailable?: ((error: unknown) => void) | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * Keeps budgets in Redis, so that caps hold across processes. Each operation is one script, which Redis runs alone; times
 * are Redis's own, so that clocks that differ do no harm.
 *
 * Its methods throw `transport` when Redis is away (unless `fail` is `open`).
 */
export function redisBudgetStore(options: RedisBudgetStoreOptions): BudgetStore {
  const { client, keyPrefix = 'tako:budget', fail = 'closed', onUnavailable } = options;
  const { clock = systemClock(globalThis) } = options;
  // The braces put all keys into one slot of a cluster. Names are encoded: no tenant id can leave its place.
  const account = (key: string): string => `{${keyPrefix}}:account:${encoded(key)}`;
  const reservation = (id: string): string => `{${keyPrefix}}:reservation:${encoded(id)}`;

  async function run<T>(
    script: string,
    keys: string[],
    args: string[],
    unavailable: T,
    read: (answer: unknown) => T,
  ): Promise<T> {
    try {
      return read(await evaluate(client, script, keys, args));
    } catch (error) {
      if (fail === 'closed') throw toTakoError(error, 'transport', 'the budget cannot be kept: Redis did not answer');
      onUnavailable?.(error);
      return unavailable;
    }
  }

  return {
    async reserve(id, amount, accounts, expiresAtMs) {
      const nowMs = clock.now();
      const ttl = (atMs: number): string => String(Math.max(1, Math.round(atMs - nowMs)));
      const keys = [reservation(id), ...accounts.map(({ key }) => account(key))];
      const args = [String(amount.nanoUsd), String(amount.tokens), ttl(expiresAtMs)];
      for (const { maxNanoUsd, maxTokens, expiresAtMs: atMs } of accounts) {
        args.push(String(maxNanoUsd ?? ''), String(maxTokens ?? ''), ttl(atMs));
      }
      return run(reserveScript, keys, args, { ok: true } as const, (answer) => {
        const [refused, ...fields] = Array.isArray(answer) ? answer : [];
        const refusing = accounts[Number(refused) - 1];
        return refusing === undefined ? { ok: true } : { ok: false, account: refusing, balance: toBalance(fields) };
      });
    },

    async settle(id, used, accounts) {
      const keys = [reservation(id), ...accounts.map(({ key }) => account(key))];
      await run(settleScript, keys, [String(used.nanoUsd), String(used.tokens)], undefined, () => undefined);
    },

    balance(key) {
      return run(balanceScript, [account(key)], [], toBalance([]), toBalance);
    },
  };
}

/** JSON first: `encodeURIComponent` throws on half a surrogate pair. */
function encoded(name: string): string {
  return encodeURIComponent(JSON.stringify(name).slice(1, -1));
}

function toBalance(answer: unknown): BudgetBalance {
  const [spentNano = 0, spentTokens = 0, heldNano = 0, heldTokens = 0] = Array.isArray(answer)
    ? answer.map(Number)
    : [];
  return {
    spent: { nanoUsd: spentNano, tokens: spentTokens },
    reserved: { nanoUsd: heldNano, tokens: heldTokens },
  };
}
