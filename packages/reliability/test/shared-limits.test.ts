import { call, chat, unknownCapabilities, user, type ChatEvent, type Provider } from '@tako/core';
import { rateLimit, type SharedLimits } from '@tako/reliability';
import { hasRedis, redisServer, type RedisServer } from '@tako/testing/loopback';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const question = { messages: [user('Well?')], maxOutputTokens: 100 };

const model: Provider = {
  contract: 1,
  id: 'test:model',
  capabilities: unknownCapabilities,
  async *stream(): AsyncGenerator<ChatEvent> {
    yield { type: 'finish', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 9 } };
  },
};

async function outcomes(calls: readonly Promise<unknown>[]): Promise<{ answered: number; refused: number }> {
  const settled = await Promise.allSettled(calls);
  const refusals = settled.filter((each) => each.status === 'rejected').map(({ reason }) => reason as { code: string });
  expect(refusals.filter(({ code }) => code !== 'rate_limited')).toEqual([]);
  return { answered: settled.length - refusals.length, refused: refusals.length };
}

test('a call that used less than it might have gives the rest back, and one that used more takes it', async () => {
  const tokens = new RateLimiterMemory({ points: 1_000, duration: 600 });
  const limited = rateLimit({ shared: { tokens, key: 'account' }, maxWaitMs: 0 })(model);
  await chat(limited, question);
  await expect.poll(async () => (await tokens.get('account'))?.consumedPoints).toBe(10);
  await chat(limited, { messages: [user('Well?')] }); // nothing says how long the answer may be
  await expect.poll(async () => (await tokens.get('account'))?.consumedPoints).toBe(20);
});

test('a call waits for its turn', async () => {
  const requests = new RateLimiterMemory({ points: 1, duration: 1 });
  const limited = rateLimit({ shared: { requests } })(model);
  const startedMs = performance.now();
  await Promise.all([chat(limited, question), chat(limited, question)]);
  expect(performance.now() - startedMs).toBeGreaterThan(500);
});

test('a call whose turn is too far away is refused with the wait, and its place here is free again', async () => {
  const requests = new RateLimiterMemory({ points: 1, duration: 600 });
  const limited = rateLimit({ shared: { requests }, concurrency: 1, maxWaitMs: 1_000 })(model);
  await chat(limited, question);
  for (let at = 0; at < 3; at++) {
    await expect(chat(limited, question)).rejects.toMatchObject({ code: 'rate_limited', retryable: true });
  }
  const refusal: unknown = await chat(limited, question).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ retryAfterMs: expect.any(Number) });
});

test('an abort ends the wait', async () => {
  const requests = new RateLimiterMemory({ points: 1, duration: 30 });
  const limited = rateLimit({ shared: { requests } })(model);
  await chat(limited, question);
  const controller = new AbortController();
  const waiting = chat(limited, question, call({ signal: controller.signal }));
  controller.abort('enough');
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
});

test('a store that does not answer is transport', async () => {
  const away = (): Promise<never> => Promise.reject(new Error('ECONNREFUSED'));
  const requests = { consume: away, penalty: away, reward: away };
  await expect(chat(rateLimit({ shared: { requests } })(model), question)).rejects.toMatchObject({ code: 'transport' });
});

describe.skipIf(!hasRedis())('over a real Redis', () => {
  let server: RedisServer;
  const clients: Redis[] = [];

  beforeAll(async () => {
    server = await redisServer();
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await server.stop();
  });

  /** Limits as one process would make them: a connection of its own, the same keys. */
  function limitsOfOneProcess(points: number): SharedLimits {
    const client = new Redis(server.port, '127.0.0.1');
    clients.push(client);
    return { requests: new RateLimiterRedis({ storeClient: client, points, duration: 600, keyPrefix: 'requests' }) };
  }

  test('four limiters let no more through together than one would', async () => {
    const limiters = [1, 2, 3, 4].map(() => rateLimit({ shared: limitsOfOneProcess(10), maxWaitMs: 0 })(model));
    const calls = limiters.flatMap((limited) => Array.from({ length: 8 }, () => chat(limited, question)));
    expect(await outcomes(calls)).toEqual({ answered: 10, refused: 22 });
  });
});
