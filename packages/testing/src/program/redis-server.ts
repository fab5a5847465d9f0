import { spawnSync } from 'node:child_process';

import { freePort } from '../tcp/free-port.js';
import { startProgram } from './start-program.js';

/** A Redis that runs. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** Kills it, with all that it holds. Resolves when it is gone; never rejects. */
  stop(): Promise<void>;
}

/** Whether this machine has a Redis: there is a program `redis-server`. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/**
 * Starts a real Redis on 127.0.0.1, without persistence, for a test of what is stored there. Resolves when it takes commands.
 *
 * @param port a free one where nothing is said
 * @throws an `Error` when there is no `redis-server`, or the port is taken.
 */
export async function redisServer(port?: number): Promise<RedisServer> {
  const chosen = port ?? (await freePort());
  const settings = ['--port', String(chosen), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const program = startProgram('redis-server', settings);
  await program.printed('Ready to accept');
  const stop = (): Promise<void> => program.stop();
  return { port: chosen, stop, [Symbol.asyncDispose]: stop };
}
