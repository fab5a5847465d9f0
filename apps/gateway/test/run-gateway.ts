import { fileURLToPath } from 'node:url';

import { startProgram, type Program } from '@tako/testing/loopback';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The gateway as a process of its own. */
export interface RunningGateway extends Program {
  /** Resolves with what follows `words` on a line of stderr, from the `count`th time on that it stands there. */
  noted(words: string, count?: number): Promise<string>;
}

/** Starts the built gateway, with nothing of our environment but what it needs. */
export function runGateway(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningGateway {
  const env = { PATH: process.env['PATH'], ...environment };
  const program = startProgram(process.execPath, [main, ...args], { env });
  onTestFinished(() => program.stop());
  return {
    ...program,
    noted: (words, count = 1) =>
      program.found(({ stderr }) => {
        const after = stderr.split(words)[count];
        const end = after?.indexOf('\n') ?? -1;
        return end < 0 ? undefined : after?.slice(0, end).trim();
      }),
  };
}
