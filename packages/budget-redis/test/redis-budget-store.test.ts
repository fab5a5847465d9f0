import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { Budget } from '@tako/budget';
import type { BudgetAccount, BudgetStore } from '@tako/core';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { redisBudgetStore } from '../src/index.js';
import type { RedisClient } from '../src/index.js';
import { hasRedis, redisServer } from './redis-server.js';

describe.skipIf(!hasRedis)('with a real Redis', () => {
  let server: Awaited<ReturnType<typeof redisServer>>;
  const closers: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await redisServer();
  });
  afterAll(async () => {
    for (const close of closers) await close();
    await server.stop();
  });

  const nodeRedis = async (): Promise<RedisClient> => {
    const client = createClient({ url: `redis://127.0.0.1:${server.port}` });
    await client.connect();
    closers.push(() => client.close());
    return client;
  };
  const ioRedis = async (): Promise<RedisClient> => {
    const client = new Redis(server.port, '127.0.0.1');
    closers.push(() => client.disconnect());
    return client;
  };
  const soon = (): number => Date.now() + 60_000;
  const account = (key: string, caps: Partial<BudgetAccount> = {}): BudgetAccount => ({
    key,
    expiresAtMs: soon(),
    ...caps,
  });

  describe.each([
    ['redis', nodeRedis],
    ['ioredis', ioRedis],
  ] as const)('through %s', (name, connect) => {
    let store: BudgetStore;
    beforeAll(async () => {
      store = redisBudgetStore({ client: await connect(), keyPrefix: `test:${name}` });
    });

    test('holds, settles, and gives the surplus back', async () => {
      const day = account('day', { maxNanoUsd: 1_000, maxTokens: 100 });
      expect(await store.reserve('a', { nanoUsd: 900, tokens: 90 }, [day], soon())).toEqual({ ok: true });
      const refused = await store.reserve('b', { nanoUsd: 200, tokens: 1 }, [account('other'), day], soon());
      expect(refused).toEqual({
        ok: false,
        account: day,
        balance: { spent: { nanoUsd: 0, tokens: 0 }, reserved: { nanoUsd: 900, tokens: 90 } },
      });
      expect(await store.balance('other')).toMatchObject({ reserved: { nanoUsd: 0, tokens: 0 } });
      await store.settle('a', { nanoUsd: 300, tokens: 30 }, [day]);
      await store.settle('a', { nanoUsd: 300, tokens: 30 }, [day]);
      expect(await store.balance('day')).toEqual({
        spent: { nanoUsd: 300, tokens: 30 },
        reserved: { nanoUsd: 0, tokens: 0 },
      });
    });

    test('a reservation whose holder died ends by itself, and is still booked when it turns up', async () => {
      const run = account('run', { maxTokens: 10 });
      await store.reserve('dead', { nanoUsd: 0, tokens: 10 }, [run], Date.now() + 20);
      await expect.poll(() => store.balance('run')).toMatchObject({ reserved: { tokens: 0 } });
      await store.settle('dead', { nanoUsd: 0, tokens: 7 }, [run]);
      expect(await store.balance('run')).toMatchObject({ spent: { tokens: 7 }, reserved: { tokens: 0 } });
    });

    test.each(['a:b', 'a}{b', '../x', 'day', 'ünï ☃', '*', 'a\nb', 'x'.repeat(10_000)])(
      'the hostile tenant id %j has an account of its own',
      async (tenant) => {
        const mine = account(`tenant:${tenant}:2026-11-23`);
        await store.reserve(`r-${tenant}`, { nanoUsd: 5, tokens: 5 }, [mine], soon());
        await store.settle(`r-${tenant}`, { nanoUsd: 5, tokens: 5 }, [mine]);
        expect(await store.balance(mine.key)).toMatchObject({ spent: { nanoUsd: 5, tokens: 5 } });
      },
    );

    test('amounts of millions of dollars stay exact', async () => {
      const big = account('big');
      await store.reserve('big', { nanoUsd: 4_000_000_000_000_001, tokens: 1 }, [big], soon());
      await store.settle('big', { nanoUsd: 4_000_000_000_000_001, tokens: 1 }, [big]);
      expect(await store.balance('big')).toMatchObject({ spent: { nanoUsd: 4_000_000_000_000_001 } });
    });
  });

  test('four processes never exceed a cap together, one of them killed in mid-call', async () => {
    const cap = 6_000;
    const worker = new URL('worker.ts', import.meta.url).pathname;
    const runs = [1, 2, 3, 4].map(async (seed) => {
      const hangs = seed === 4 ? 'hangs' : 'ends';
      const child = spawn(process.execPath, [worker, String(server.port), String(cap), String(seed), hangs], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      const lines = createInterface({ input: child.stdout });
      const [line] = (await once(lines, 'line')) as [string];
      if (seed === 4) child.kill('SIGKILL');
      const [code] = (await exited) as [number | null];
      expect(code).toBe(seed === 4 ? null : 0);
      return (JSON.parse(line) as { used: number }).used;
    });
    const used = (await Promise.all(runs)).reduce((sum, tokens) => sum + tokens, 0);

    const budget = new Budget({ maxTokensPerDay: cap, store: redisBudgetStore({ client: await nodeRedis() }) });
    expect(used).toBeLessThanOrEqual(cap);
    await expect.poll(() => budget.usage(), { timeout: 5_000 }).toMatchObject({ spentTokens: used, reservedTokens: 0 });
  }, 30_000);

  test('a Redis that is away refuses calls, or by option lets them pass and says so; it is used again when it is back', async () => {
    const own = await redisServer();
    const client = new Redis(own.port, '127.0.0.1', { maxRetriesPerRequest: 0, retryStrategy: () => 20 });
    client.on('error', () => undefined);
    closers.push(() => client.disconnect());
    const told: unknown[] = [];
    const closed = redisBudgetStore({ client });
    const open = redisBudgetStore({ client, fail: 'open', onUnavailable: (error) => told.push(error) });
    await own.stop();

    await expect(closed.reserve('x', { nanoUsd: 1, tokens: 1 }, [account('day')], soon())).rejects.toMatchObject({
      code: 'transport',
    });
    expect(await open.reserve('x', { nanoUsd: 1, tokens: 1 }, [account('day')], soon())).toEqual({ ok: true });
    expect(told).toHaveLength(1);

    const again = await redisServer(own.port);
    closers.push(() => again.stop());
    await expect
      .poll(() => closed.balance('day').catch(() => undefined), { timeout: 5_000 })
      .toMatchObject({ spent: { tokens: 0 } });
  });
});
