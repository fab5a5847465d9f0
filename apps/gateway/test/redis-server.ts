import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

/** Whether this machine has a Redis; the tests that need one are skipped where it has not. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0;

/** A real Redis on loopback, without persistence, until the test ends or it is stopped. */
export async function redis(port: number): Promise<{ stop(): Promise<void> }> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  };
  onTestFinished(stop);
  for await (const piece of server.stdout) if (String(piece).includes('Ready to accept')) break;
  return { stop };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo; // it listens on TCP
  probe.close();
  await once(probe, 'close');
  return port;
}
