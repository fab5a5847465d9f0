import { sendsOnlyTo } from '@tako/testing';
import { hasRedis, redisServer } from '@tako/testing/loopback';
import { createClient } from 'redis';
import { expect, test } from 'vitest';

import { redisBudgetStore } from '../src/index.js';

test.skipIf(!hasRedis())('it sends nothing but through its client', async () => {
  const server = await redisServer();
  try {
    const url = `redis://127.0.0.1:${server.port}`;
    await sendsOnlyTo([url], async () => {
      const client = createClient({ url });
      await client.connect();
      const account = { key: 'a', expiresAtMs: Date.now() + 60_000 };
      const store = redisBudgetStore({ client });
      const reserved = await store.reserve('r', { nanoUsd: 1, tokens: 1 }, [account], account.expiresAtMs);
      expect(reserved).toEqual({ ok: true });
      client.destroy();
    });
  } finally {
    await server.stop();
  }
});
