import type { Attempt, Clock } from '@tako/core';

/** What a finished child process left behind. */
export interface ProcessEnd {
  /** `undefined` where a signal ended it. */
  readonly exitCode: number | undefined;
  /** What it wrote to its standard output and error, in the order in which it came. */
  readonly output: string;
}

/** What `processVerifier` takes. */
export interface ProcessVerifierOptions {
  /** The program and its arguments, for example `['node', '--test']`. There is no shell. It runs in a folder of its own. */
  readonly command: readonly [program: string, ...args: readonly string[]];
  /**
   * The files in that folder, by relative path: the answer, and the tests that judge it.
   * @defaultValue the answer's text, or the first fenced block in it, as `answer.mjs`
   */
  readonly files?:
    | ((attempt: Attempt) => { readonly [path: string]: string } | Promise<{ readonly [path: string]: string }>)
    | undefined;
  /** What the end is worth, 0 to 1, for example the share of tests that passed. @defaultValue 1 for exit code 0, else 0 */
  readonly score?: ((end: ProcessEnd) => number) | undefined;
  /** Longest run, in milliseconds; then all that it has started is killed. @defaultValue 30000 */
  readonly timeoutMs?: number | undefined;
  /** Most that it may write, in bytes; then it is killed. @defaultValue 1048576 */
  readonly maxOutputBytes?: number | undefined;
  /**
   * Most memory that the process and all that it has started may hold together, in bytes; then they are killed. It is
   * measured four times a second, on Linux only; elsewhere it is refused with `unsupported`. @defaultValue no limit
   */
  readonly maxMemoryBytes?: number | undefined;
  /** Its whole environment but for `PATH`: none of yours is handed on, since a model wrote what runs. @defaultValue none */
  readonly env?: { readonly [name: string]: string | undefined } | undefined;
  /** Processes at the same time; others wait. @defaultValue 2 */
  readonly concurrency?: number | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}
