export { redisBudgetStore } from './redis-budget-store.js';
export type { RedisBudgetStoreOptions } from './redis-budget-store.js';
export type { IoRedisClient, NodeRedisClient, RedisClient } from './redis-client.js';
