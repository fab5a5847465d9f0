import { existsSync } from 'node:fs';

import { TakoError, type TakoErrorOptions } from '@tako/core';

/** What was to be started. */
interface Started {
  readonly source: string;
  readonly command: string;
  readonly cwd: string | undefined;
}

/** Why a process could not be started, in a sentence that says what to do. */
export function startError(error: unknown, { source, command, cwd }: Started): TakoError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
  const options: TakoErrorOptions = { source, cause: error, details: { reason } };
  // The platform says ENOENT for a missing folder too.
  if (cwd !== undefined && !existsSync(cwd)) {
    return new TakoError('not_found', `${source}: there is no folder "${cwd}" to run "${command}" in`, options);
  }
  switch (reason) {
    case 'ENOENT':
      return new TakoError(
        'not_found',
        `${source}: there is no command "${command}"; install it, or give its path`,
        options,
      );
    case 'EACCES':
      return new TakoError('transport', `${source}: the command "${command}" may not be run; make it executable`, {
        ...options,
        retryable: false,
      });
    default:
      return new TakoError(
        'transport',
        `${source}: the command "${command}" could not be started (${reason})`,
        options,
      );
  }
}
