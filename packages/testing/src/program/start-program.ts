import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

/** What a program has written, as UTF-8. */
export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** What is left of a program that has ended. */
export interface EndedProgram extends ProgramOutput {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that runs as a process of its own. */
export interface Program extends AsyncDisposable {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** What it has written so far. */
  readonly output: ProgramOutput;
  /** Resolves when it has ended and its output is whole; rejects when it could not be started. */
  readonly ended: Promise<EndedProgram>;
  /** Resolves once stdout holds `text`. @throws an `Error` with all output when the program ends without it. */
  printed(text: string): Promise<void>;
  /**
   * Resolves with what `read` finds in the output, as soon as that is not `undefined`.
   *
   * @throws an `Error` with all output when the program ends before.
   */
  found<T>(read: (output: ProgramOutput) => T | undefined): Promise<T>;
  /** Ends it by SIGKILL where it still runs. Resolves when it is gone; never rejects. */
  stop(): Promise<void>;
}

/** Where and how a program runs. */
export interface ProgramOptions {
  /** @defaultValue our own */
  readonly cwd?: string | undefined;
  /** All of its environment. @defaultValue our own */
  readonly env?: { readonly [name: string]: string | undefined } | undefined;
}

/**
 * Starts a program, for a test of what a user would run, or of a server that is one. Its stdin is empty, and no shell reads
 * the arguments. It is stopped when `await using` ends, or by `stop`.
 *
 * @param command a path, or a name that is looked up in `PATH`
 */
export function startProgram(command: string, args: readonly string[] = [], options: ProgramOptions = {}): Program {
  const { cwd, env } = options;
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  const looks = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      output[name] += piece;
      for (const look of looks) look();
    });
  }
  const ended = new Promise<EndedProgram>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, ...output });
    });
  });
  ended.catch(() => undefined); // whoever waits for it hears of it
  // Not its `close`: what it started itself may hold on to its output.
  const gone = new Promise<unknown>((resolve) => child.once('exit', resolve).once('error', resolve));

  const found: Program['found'] = (read) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const value = read(output);
        if (value === undefined) return;
        looks.delete(look);
        resolve(value);
      };
      looks.add(look);
      look();
      ended.then(
        () => reject(new Error(`${command} ended without what was waited for:\n${output.stdout}\n${output.stderr}`)),
        reject,
      );
    });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  return {
    process: child,
    output,
    ended,
    printed: async (text) => void (await found(({ stdout }) => stdout.includes(text) || undefined)),
    found,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
