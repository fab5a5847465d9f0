import { realpath, stat } from 'node:fs/promises';

import { isTakoError } from '@tako/core';

import { readArguments, usage, UsageError } from './arguments.js';
import { ask } from './ask.js';
import { shorten } from './shorten.js';

/** Exit codes: of a wrong command line or key, of other failures, and of a run that a signal stopped (128 + its number). */
const wrongUse = 2;
const failure = 1;
const stoppedBy = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof stoppedBy;

const stop = new AbortController();
let stopped: StopSignal | undefined;
let readerGone = false;

// The listeners stay until the process ends: a second Ctrl-C must not kill it while it stops its children.
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    stopped ??= name;
    stop.abort(new Error(name));
  });
}
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && !readerGone) throw error;
    readerGone = true; // "| head" has read enough
    stop.abort(error);
  });
}

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const asked = readArguments(process.argv.slice(2));
    if (asked === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    const result = await ask(asked, await openFolder(asked.folder), {
      environment: process.env,
      stdout: process.stdout,
      stderr: process.stderr,
      signal: stop.signal,
      rich: isRich(),
    });
    return result.stopReason === 'error' ? failure : 0;
  } catch (error) {
    return explain(error);
  }
}

/** Whether stdout is a terminal that takes colours. Source: https://no-color.org (read 2026-11-23). */
function isRich(): boolean {
  const { NO_COLOR = '', TERM } = process.env;
  return process.stdout.isTTY && NO_COLOR === '' && TERM !== 'dumb';
}

/** The real path of a folder. @throws UsageError when there is none */
async function openFolder(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch {
    throw new UsageError(`there is no folder "${path}"`);
  }
  throw new UsageError(`"${path}" is not a folder`);
}

/** Tells why there is no answer, in one line. @returns the exit code */
function explain(error: unknown): number {
  if (readerGone) return 0;
  if (stopped !== undefined) {
    process.stderr.write(`stopped by ${stopped}\n`);
    return stoppedBy[stopped];
  }
  if (error instanceof UsageError) return complain(error.message, wrongUse);
  if (isTakoError(error, 'auth') && error.status !== undefined) {
    return complain(`the key was refused: ${error.message}`, wrongUse);
  }
  if (isTakoError(error, 'auth', 'invalid', 'not_found', 'permission')) return complain(error.message, wrongUse);
  return complain(error instanceof Error ? error.message : String(error), failure);
}

function complain(message: string, code: number): number {
  process.stderr.write(`error: ${shorten(message, 400)}\n`);
  return code;
}
