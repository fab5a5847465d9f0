import type { ChildProcessWithoutNullStreams } from 'node:child_process';

import type { Clock, JsonObject } from '@tako/core';

import { guardExit } from './exit-guard.js';
import { killLeftBehind, killTree } from './kill-tree.js';

/** How a process ended. */
export interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process from its start to the moment when nothing of it is left. It must lead a process group. */
export class ServerProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #pid: number;
  readonly #exited: Promise<void>;
  /** How it ended; absent while it runs. */
  exit: Exit | undefined;

  /** @param child one that has been spawned, so that it has a pid */
  constructor(child: ChildProcessWithoutNullStreams, pid: number) {
    this.#child = child;
    this.#pid = pid;
    const release = guardExit(pid);
    this.#exited = new Promise((resolve) => {
      child.once('exit', (exitCode, signal) => {
        this.exit = { exitCode, signal };
        release();
        killLeftBehind(pid);
        resolve();
      });
    });
  }

  /** How it ended, in words and as figures; absent while it runs. */
  get ending(): { readonly words: string; readonly details: JsonObject } | undefined {
    if (this.exit === undefined) return undefined;
    const { exitCode, signal } = this.exit;
    const words = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`;
    return { words, details: { exitCode, signal } };
  }

  /**
   * Ends the process as the protocol wants it: by closing its input, then by SIGTERM, then by SIGKILL, with a pause of
   * `graceMs` before each step. Resolves when it is gone.
   *
   * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#stdio (read 2026-11-23)
   */
  async stop(clock: Clock, graceMs: number): Promise<void> {
    const child = this.#child;
    child.stdin.end();
    // A process that nobody reads from may hang in writing, and never come to its end.
    child.stdout.resume();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await this.#isGoneWithin(clock, graceMs)) break;
      killTree(this.#pid, signal);
    }
    await this.#exited;
    // A process that left the group may hold the other ends; we wait for nothing more from them.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  }

  async #isGoneWithin(clock: Clock, ms: number): Promise<boolean> {
    if (this.exit !== undefined) return true;
    let stopTimer: () => void = () => undefined;
    const timeIsOver = new Promise<boolean>((resolve) => {
      stopTimer = clock.after(ms, () => resolve(false));
    });
    const isGone = await Promise.race([this.#exited.then(() => true), timeIsOver]);
    stopTimer();
    return isGone;
  }
}
