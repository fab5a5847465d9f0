import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** What an ended process left. */
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The gateway as a process of its own. */
export interface RunningGateway {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What stdout has had so far. */
  stdout(): string;
  /** Resolves with what follows `words` on a line of stderr, from the `count`th time on that it stands there. */
  noted(words: string, count?: number): Promise<string>;
}

/** Starts the built gateway, with nothing of our environment but what it needs. */
export function runGateway(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningGateway {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return {
    process: child,
    ended,
    stdout: () => stdout,
    noted: (words, count = 1) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const after = stderr.split(words)[count];
          const end = after?.indexOf('\n') ?? -1;
          if (after === undefined || end < 0) return;
          waiting.delete(look);
          resolve(after.slice(0, end).trim());
        };
        waiting.add(look);
        look();
        child.on('close', () => {
          reject(new Error(`the gateway ended without saying ${JSON.stringify(words)}:\n${stderr}`));
        });
      }),
  };
}
