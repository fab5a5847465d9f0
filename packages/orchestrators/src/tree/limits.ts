import { invalidOptions } from '@tako/core';

/**
 * What a run and all runs inside it may use together. A limit is looked at before each model call: what is under way when
 * it is reached ends as it would have. For caps on money that nothing can pass, give the providers a `Budget`.
 *
 * A limit that is reached ends the run with the best answer so far and `stopReason` `budget`; where there is none yet it
 * is thrown as `budget_exhausted`, or `timeout` for `timeoutMs`.
 */
export interface Limits {
  /** Model calls. @defaultValue no limit */
  readonly maxCalls?: number | undefined;
  /** Input and output tokens. @defaultValue no limit */
  readonly maxTokens?: number | undefined;
  /** US dollars; a call whose price is not known counts as nothing. @defaultValue no limit */
  readonly maxUsd?: number | undefined;
  /** From the first event on, in milliseconds. @defaultValue no limit */
  readonly timeoutMs?: number | undefined;
  /** Levels of runs inside this one: 1 for workers that start no runs themselves. @defaultValue 8 */
  readonly maxDepth?: number | undefined;
}

/** @throws `invalid` for a limit that lets nothing happen. */
export function checkLimits(limits: Limits | undefined, where: string): void {
  for (const name of ['maxCalls', 'maxTokens', 'maxUsd', 'timeoutMs', 'maxDepth'] as const) {
    const value = limits?.[name];
    if (value !== undefined && !(value > 0))
      throw invalidOptions(where, `limits.${name} must be above 0, got ${value}`);
  }
}
