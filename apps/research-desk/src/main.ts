import { readArguments, usage } from './arguments.js';
import { compare } from './compare.js';
import { shorten } from './text-width.js';
import { UsageError } from './usage-error.js';

/** Exit codes: of a wrong command line, of other failures, and of a run that a signal stopped (128 + its number). */
const wrongUse = 2;
const failure = 1;
const stoppedBy = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const stop = new AbortController();
let stopped: keyof typeof stoppedBy | undefined;
let readerGone = false;

// The listeners stay until the process ends: a second Ctrl-C must not cut the first one's work short.
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
    const { NO_COLOR = '', TERM } = process.env;
    const isTerminal = process.stdout.isTTY && TERM !== 'dumb';
    const outcomes = await compare(asked, {
      environment: process.env,
      stdout: process.stdout,
      stderr: process.stderr,
      signal: stop.signal,
      isLive: isTerminal,
      hasColours: isTerminal && NO_COLOR === '', // https://no-color.org (read 2026-11-23)
      now: () => performance.now(),
    });
    return outcomes.length > 0 && outcomes.every(({ answer }) => answer === '') ? failure : 0;
  } catch (error) {
    return explain(error);
  }
}

/** Tells why there is no table, in one line. @returns the exit code */
function explain(error: unknown): number {
  if (readerGone) return 0;
  if (stopped !== undefined) {
    process.stderr.write(`stopped by ${stopped}\n`);
    return stoppedBy[stopped];
  }
  process.stderr.write(`error: ${shorten(error instanceof Error ? error.message : String(error), 400)}\n`);
  return error instanceof UsageError ? wrongUse : failure;
}
