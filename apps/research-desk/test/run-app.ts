import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** What an ended process left. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The app as a process of its own. */
export interface RunningApp {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stdout holds `text`; rejects when the process ends without it. */
  printed(text: string): Promise<void>;
}

/**
 * Starts the built app without a terminal, without a key, and with an Ollama address where nobody is: port 9 is the discard
 * service, and nobody runs it.
 */
export function startApp(args: readonly string[], environment: Readonly<Record<string, string>> = {}): RunningApp {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], OLLAMA_HOST: '127.0.0.1:9', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!stdout.includes(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      child.on('close', () => {
        reject(new Error(`the app ended without printing ${JSON.stringify(text)}:\n${stdout}\n${stderr}`));
      });
    });
  return { process: child, ended, printed };
}

/** Runs the built app to its end, with simulated models that take no time. */
export function runApp(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended> {
  return startApp(['--delay-ms', '0', ...args], environment).ended;
}
