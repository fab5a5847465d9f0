import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

import { Budget } from '@tako/budget';
import { call, chat, user, type BudgetAccount, type BudgetStore } from '@tako/core';
import { scriptedProvider } from '@tako/testing';
import { budgetStoreConformance } from '@tako/testing/budget';
import { hasRedis, redisServer, type RedisServer } from '@tako/testing/loopback';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { redisBudgetStore } from '../src/index.js';
import type { RedisClient } from '../src/index.js';

describe.skipIf(!hasRedis())('with a real Redis', () => {
  let server: RedisServer;
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
  const account = (key: string): BudgetAccount => ({ key, expiresAtMs: soon() });

  describe.each([
    ['redis', nodeRedis],
    ['ioredis', ioRedis],
  ] as const)('through %s', (name, connect) => {
    let connection: RedisClient | undefined;
    let made = 0;
    const cases = budgetStoreConformance({
      name,
      async make() {
        connection ??= await connect();
        return redisBudgetStore({ client: connection, keyPrefix: `test:${name}:${made++}` });
      },
      nowMs: Date.now,
      pass: (ms) => setTimeout(ms), // Redis goes by a clock of its own
    });
    test.each(cases)('$name', async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
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

  test('a Redis that hangs while its caller aborts: what it reserves when it goes on is given back', async () => {
    const client = new Redis(server.port, '127.0.0.1');
    closers.push(() => client.disconnect());
    const inner = redisBudgetStore({ client, keyPrefix: 'test:hangs' });
    const reserved: boolean[] = [];
    const store: BudgetStore = {
      ...inner,
      async reserve(...given) {
        const outcome = await inner.reserve(...given);
        reserved.push(outcome.ok);
        return outcome;
      },
    };
    const budget = new Budget({ maxTokensPerDay: 1_000_000, store });
    const provider = budget.layer(scriptedProvider([]));
    const controller = new AbortController();
    await client.call('CLIENT', ['PAUSE', '300', 'ALL']);
    const asking = chat(provider, { messages: [user('Hello')] }, call({ signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
    expect(reserved).toEqual([]);
    await expect.poll(() => reserved, { timeout: 5_000 }).toEqual([true]);
    await expect.poll(() => budget.usage()).toMatchObject({ reservedTokens: 0, spentTokens: 0 });
  });

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
