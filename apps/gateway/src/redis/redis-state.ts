import { redisBudgetStore } from '@tako/budget-redis';
import type { RateLimitStore, StateStore } from '@tako/compat-server';
import { createClient } from 'redis';

import type { SharedState } from '../serve/shared-state.js';

/** State in a Redis, and what closes the connection. */
export interface RedisState extends SharedState, AsyncDisposable {}

/** The part of a client of Redis that is used here. */
type Client = Pick<ReturnType<typeof createClient>, 'eval' | 'get' | 'set' | 'del'>;

/** What `redisState` takes. */
export interface RedisStateOptions {
  readonly url: string;
  /** @defaultValue tako */
  readonly keyPrefix?: string | undefined;
  /** What becomes of calls that cannot be booked while Redis is away. @defaultValue closed */
  readonly fail?: 'closed' | 'open' | undefined;
  /** Told of what an operator should know. */
  readonly note: (line: string) => void;
}

/**
 * Keeps budgets, request counts, stored responses and waiting runs in Redis, so that several gateways are one.
 *
 * @throws when Redis cannot be reached at the start
 */
export async function redisState({ url, keyPrefix = 'tako', fail, note }: RedisStateOptions): Promise<RedisState> {
  let isAway = false;
  let isReady = false;
  if (!/^rediss?:\/\//.test(url)) throw new Error('redis.url: it must be an address like redis://host:6379');
  const client = createClient({
    url,
    socket: { connectTimeout: 5_000, reconnectStrategy: pauseMs(() => isReady) },
    // A request that waits for Redis to come back would wait for as long as that takes.
    disableOfflineQueue: true,
    commandOptions: { timeout: 2_000 },
  });
  // Without a listener a lost connection ends the process; the client comes back by itself.
  client.on('error', () => {
    if (isAway || !isReady) return;
    isAway = true;
    note('Redis is away');
  });
  client.on('ready', () => {
    isReady = true;
    if (isAway) note('Redis is back');
    isAway = false;
  });
  try {
    await client.connect();
  } catch (error) {
    throw new Error('redis.url: nothing that speaks Redis answers there', { cause: error });
  }
  return {
    budgetStore: redisBudgetStore({
      client,
      keyPrefix: `${keyPrefix}:budget`,
      fail,
      onUnavailable: () => {
        note('a call was not counted: Redis is away');
      },
    }),
    stateStore: stateIn(client, keyPrefix),
    rateLimitStore: windowsIn(client, keyPrefix),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}

/** A Redis that is not there at the start is a mistake in the config; one that was there comes back. */
function pauseMs(wasReady: () => boolean): (retries: number) => number | false {
  return (retries) => (wasReady() ? Math.min(50 * 2 ** retries, 2_000) : false);
}

function stateIn(client: Client, keyPrefix: string): StateStore {
  const at = (tenantId: string, key: string): string => `${keyPrefix}:state:${named(tenantId)}:${named(key)}`;
  return {
    get: async (tenantId, key) => (await client.get(at(tenantId, key))) ?? undefined,
    async put(tenantId, key, text, ttlMs) {
      await client.set(at(tenantId, key), text, { expiration: { type: 'PX', value: Math.max(1, Math.round(ttlMs)) } });
    },
    delete: async (tenantId, key) => (await client.del(at(tenantId, key))) > 0,
  };
}

/** One script, so that a counter cannot be left without an end. */
const countScript = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('PTTL', KEYS[1]) }`;

function windowsIn(client: Client, keyPrefix: string): RateLimitStore {
  return {
    async hit(key, windowMs) {
      const answer = await client.eval(countScript, {
        keys: [`${keyPrefix}:rate:${named(key)}`],
        arguments: [String(windowMs)],
      });
      const [count = 0, resetMs = windowMs] = Array.isArray(answer) ? answer.map(Number) : [];
      return { count, resetMs: Math.max(0, resetMs) };
    },
  };
}

/** Encoded, so that no tenant's id can leave its place. JSON first: `encodeURIComponent` throws on half a surrogate pair. */
function named(name: string): string {
  return encodeURIComponent(JSON.stringify(name).slice(1, -1));
}
