import { parseArgs } from 'node:util';

/** What somebody asked for on the command line. */
export type Arguments =
  | {
      readonly command: 'run';
      readonly config: string;
      readonly attempts: number | undefined;
      readonly concurrency: number | undefined;
      readonly minScore: number | undefined;
      readonly out: string | undefined;
      readonly html: string | undefined;
      readonly resume: string | undefined;
    }
  | { readonly command: 'report'; readonly file: string; readonly html: string }
  | { readonly command: 'compare'; readonly before: string; readonly after: string };

/** A command line that cannot be run: one line for the person who wrote it. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

const flags = {
  attempts: { type: 'string' },
  concurrency: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  html: { type: 'string' },
  'min-score': { type: 'string' },
  out: { type: 'string' },
  resume: { type: 'string' },
} as const;

/** The text of `--help`. */
export const usage: string = `Measures agents on tasks.

  tako-eval run eval.config.ts [--out report.json] [--html report.html]
      --attempts N      attempts of each candidate at each task
      --concurrency N   attempts at the same time
      --resume FILE     keeps attempts there, and does not make those again that it has
      --min-score X     exit code 1 where a candidate's mean score is below X
  tako-eval report report.json --html report.html
  tako-eval compare before.json after.json

  Exit codes: 0; 1 for a missed threshold; 2 for a command line, config or file that cannot be used; 130 after Ctrl-C.
`;

/** @returns `help` when that was asked for @throws UsageError */
export function readArguments(argv: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parse(argv);
  const [command, first, second, ...rest] = positionals;
  if (values.help === true) return 'help';
  const unexpected = command === 'compare' ? rest[0] : second;
  if (unexpected !== undefined) throw new UsageError(`"${unexpected}" is one argument too many; see --help`);
  switch (command) {
    case 'run':
      return {
        command,
        config: required(first, 'run wants a config'),
        attempts: readCount('--attempts', values.attempts),
        concurrency: readCount('--concurrency', values.concurrency),
        minScore: readShare('--min-score', values['min-score']),
        out: values.out,
        html: values.html,
        resume: values.resume,
      };
    case 'report':
      return {
        command,
        file: required(first, 'report wants a report'),
        html: required(values.html, 'report wants --html'),
      };
    case 'compare':
      return {
        command,
        before: required(first, 'compare wants two reports'),
        after: required(second, 'compare wants two reports'),
      };
    default:
      throw new UsageError(
        command === undefined ? 'there is no command; see --help' : `there is no command "${command}"; see --help`,
      );
  }
}

function parse(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof flags; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new UsageError(`${problem.charAt(0).toLowerCase()}${problem.slice(1)}; see --help`);
  }
}

function required(value: string | undefined, why: string): string {
  if (value === undefined) throw new UsageError(`${why}; see --help`);
  return value;
}

function readCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${flag} takes a whole number from 1 on, not "${text}"`);
  return Number(text);
}

function readShare(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(text)) throw new UsageError(`${flag} takes a number from 0 to 1, not "${text}"`);
  return Number(text);
}
