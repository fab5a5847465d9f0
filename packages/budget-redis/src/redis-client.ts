/** The part of a client of the `redis` package (version 4 and later) that is used. */
export interface NodeRedisClient {
  eval(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
}

/** The part of a client of the `ioredis` package that is used. */
export interface IoRedisClient {
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** Only `ioredis` has it: that is how the two are told apart. */
  defineCommand(name: string, definition: { readonly lua: string }): void;
}

/** Your Redis client, connected and closed by you: TLS, clusters and reconnecting are its own business. */
export type RedisClient = NodeRedisClient | IoRedisClient;

/** Runs a script. All its keys lie in one slot of a cluster. */
export function evaluate(client: RedisClient, script: string, keys: string[], args: string[]): Promise<unknown> {
  return 'defineCommand' in client
    ? client.eval(script, keys.length, ...keys, ...args)
    : client.eval(script, { keys, arguments: args });
}
