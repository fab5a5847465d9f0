import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { freePort } from '@tako/testing/loopback';

import type { GrpcService } from '../src/index.js';

const require = createRequire(import.meta.url);

/** The script that a published server consists of. */
export const everything: string = require.resolve('@modelcontextprotocol/server-everything/dist/index.js');
const supergateway: string = require.resolve('supergateway/dist/index.js');

/** A server that was started, and how to stop it. */
export interface Peer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** The reference server over HTTP: `streamableHttp`, or `sse` as it was before. */
export async function httpPeer(kind: 'sse' | 'streamableHttp'): Promise<Peer> {
  const port = await freePort();
  const path = kind === 'sse' ? 'sse' : 'mcp';
  return started(port, `http://127.0.0.1:${port}/${path}`, [everything, kind], { PORT: String(port) });
}

/** The reference server over stdio, behind a gateway that speaks WebSocket. */
export async function webSocketPeer(): Promise<Peer> {
  const port = await freePort();
  const stdio = `"${process.execPath}" "${everything}" stdio`;
  const gateway = ['--stdio', stdio, '--outputTransport', 'ws', '--port', String(port), '--messagePath', '/message'];
  return started(port, `ws://127.0.0.1:${port}/message`, [supergateway, ...gateway], {});
}

/** The reference server over stdio, behind gRPC. */
export async function grpcPeer(service: GrpcService): Promise<Peer> {
  const bridge = fileURLToPath(new URL('fixtures/everything-bridge.ts', import.meta.url));
  const child = fork(bridge, [service], { detached: true });
  const [port]: unknown[] = await once(child, 'message');
  return { url: `http://127.0.0.1:${String(port)}`, stop: () => ended(child) };
}

async function started(
  port: number,
  url: string,
  args: readonly string[],
  env: { readonly [name: string]: string },
): Promise<Peer> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // the gateway starts another process: both end with the group
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-2_000)));
  const stop = (): Promise<void> => ended(child);
  try {
    await listening(child, port);
  } catch (error) {
    await stop();
    throw new Error(`the server did not start: ${said}`, { cause: error });
  }
  return { url, stop };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await exited;
}

/** Resolves when somebody takes connections at `port`. */
async function listening(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`it exited with code ${child.exitCode}`);
    if (await isTaken(port)) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50); // it tells nobody when it is ready
    });
  }
  throw new Error('it does not listen');
}

async function isTaken(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
