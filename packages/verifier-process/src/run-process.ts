import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

import { cancelled, TakoError, type Clock } from '@tako/core';

import { guardExit } from './exit-guard.js';
import { groupMemoryBytes } from './group-memory.js';
import type { ProcessEnd } from './process-options.js';

/** What one run is bound to. */
export interface ProcessBounds {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly maxMemoryBytes: number;
  readonly env: { readonly [name: string]: string | undefined };
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** How a run ended: by itself, or by a limit, in words that the next attempt can act on. */
export type ProcessRun =
  | { readonly by: 'itself'; readonly end: ProcessEnd }
  | { readonly by: 'limit'; readonly limit: string; readonly output: string };

/** How long output is read that comes after the end, in milliseconds. */
const drainMs = 1_000;

type Spawned = ChildProcessByStdio<null, Readable, Readable>;

/** How often memory is looked at, in milliseconds. */
const memoryEveryMs = 250;

/**
 * Runs a program in a process group of its own, and kills the whole group at its end: what it has started does not stay,
 * unless it went to another group by intent.
 *
 * @throws `invalid` where it cannot be started; `cancelled`.
 */
export async function runProcess(
  [program, ...args]: readonly [string, ...(readonly string[])],
  folder: string,
  bounds: ProcessBounds,
): Promise<ProcessRun> {
  const { timeoutMs, maxOutputBytes, maxMemoryBytes, env, signal, clock } = bounds;
  if (signal.aborted) throw cancelled(signal.reason);
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  let limit: string | undefined;
  const stop = (reason: string): void => {
    limit ??= reason;
    killGroup(child);
  };
  const onData = (chunk: Buffer): void => {
    const room = maxOutputBytes - bytes;
    if (room > 0) chunks.push(chunk.subarray(0, room));
    bytes += chunk.length;
    if (bytes > maxOutputBytes) stop(`It wrote more than ${maxOutputBytes} bytes.`);
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData);

  const onAbort = (): void => {
    killGroup(child);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const callOff = [
    guardExit(onAbort),
    clock.after(timeoutMs, () => {
      stop(`It did not end within ${timeoutMs} ms.`);
    }),
    maxMemoryBytes === Infinity ? undefined : watchMemory(child, maxMemoryBytes, clock, stop),
  ];
  try {
    const exitCode = await ended(child, program, clock);
    if (signal.aborted) throw cancelled(signal.reason);
    const output = Buffer.concat(chunks).toString('utf8');
    return limit === undefined ? { by: 'itself', end: { exitCode, output } } : { by: 'limit', limit, output };
  } finally {
    for (const end of callOff) end?.();
    signal.removeEventListener('abort', onAbort);
  }
}

/** The exit code, once the program has ended and what it wrote has been read. */
function ended(child: Spawned, program: string, clock: Clock): Promise<number | undefined> {
  let stopDraining: () => void = () => undefined;
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new TakoError('invalid', `processVerifier: "${program}" cannot be started`, { cause }));
    });
    child.once('exit', () => {
      // The group's number stays taken while anybody is in it, so that this cannot hit a stranger. On Windows it could.
      if (process.platform !== 'win32') signalGroup(child);
      // Who has left the group may hold the pipes open for ever.
      stopDraining = clock.after(drainMs, () => {
        child.stdout.destroy();
        child.stderr.destroy();
      });
    });
    child.once('close', (code) => {
      stopDraining();
      resolve(code ?? undefined);
    });
  });
}

/** Kills a process that runs, and all of its group. */
function killGroup(child: Spawned): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === 'win32') child.kill('SIGKILL');
  else signalGroup(child);
}

function signalGroup({ pid }: Spawned): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody is left. EPERM, on macOS: those that are left wait only to be reaped.
  }
}

function watchMemory(child: Spawned, maxBytes: number, clock: Clock, stop: (reason: string) => void): () => void {
  let isOver = false;
  let stopTimer: () => void = () => undefined;
  const look = async (): Promise<void> => {
    const bytes = child.pid === undefined ? 0 : await groupMemoryBytes(child.pid).catch(() => 0);
    if (isOver) return;
    if (bytes > maxBytes) stop(`It used more than ${maxBytes} bytes of memory.`);
    else schedule();
  };
  const schedule = (): void => {
    stopTimer = clock.after(memoryEveryMs, () => void look());
  };
  schedule();
  return () => {
    isOver = true;
    stopTimer();
  };
}
