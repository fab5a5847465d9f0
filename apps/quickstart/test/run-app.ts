import { fileURLToPath } from 'node:url';

import { startProgram, type EndedProgram, type Program } from '@tako/testing/loopback';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** What the app gets. */
export interface AppOptions {
  readonly cwd?: string | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/**
 * Starts the built app, without a key, and with an Ollama address where nobody is: port 9 is the discard service, and
 * nobody runs it.
 */
export function startApp(args: readonly string[], { cwd, environment = {} }: AppOptions = {}): Program {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, OLLAMA_HOST: '127.0.0.1:9', ...environment };
  const app = startProgram(process.execPath, [main, ...args], { cwd, env });
  onTestFinished(() => app.stop());
  return app;
}

/** Runs the built app to its end. */
export function runApp(args: readonly string[], options?: AppOptions): Promise<EndedProgram> {
  return startApp(args, options).ended;
}
