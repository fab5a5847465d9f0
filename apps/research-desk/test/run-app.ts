import { fileURLToPath } from 'node:url';

import { startProgram, type EndedProgram, type Program } from '@tako/testing/loopback';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/**
 * Starts the built app without a terminal, without a key, and with an Ollama address where nobody is: port 9 is the discard
 * service, and nobody runs it.
 */
export function startApp(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Program {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, OLLAMA_HOST: '127.0.0.1:9', ...environment };
  const app = startProgram(process.execPath, [main, ...args], { env });
  onTestFinished(() => app.stop());
  return app;
}

/** Runs the built app to its end, with simulated models that take no time. */
export function runApp(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<EndedProgram> {
  return startApp(['--delay-ms', '0', ...args], environment).ended;
}
