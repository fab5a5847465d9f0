import { parseArgs } from 'node:util';

import { UsageError } from './usage-error.js';

/** The orchestrators of the desk, in the order they are shown. */
export const contestants = ['single', 'self-caller', 'conductor', 'trinity', 'ab-mcts'] as const;

export type ContestantName = (typeof contestants)[number];

/** What somebody asked for on the command line. */
export interface Arguments {
  readonly question: string;
  readonly only: readonly ContestantName[];
  /** What all of it may cost, in US dollars. */
  readonly maxUsd: number | undefined;
  /** Print events as JSON lines instead of text for people. */
  readonly json: boolean;
  /** Say what it may cost at the most, and ask nobody. */
  readonly dryRun: boolean;
  /** Simulated models, whatever else there is. */
  readonly offline: boolean;
  /** Of the simulated models. */
  readonly seed: number;
  /** How long a simulated model takes over a word, in milliseconds. */
  readonly delayMs: number;
}

const flags = {
  'delay-ms': { type: 'string' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  'max-usd': { type: 'string' },
  offline: { type: 'boolean' },
  only: { type: 'string' },
  seed: { type: 'string' },
} as const;

/** The text of `--help`. */
export const usage: string = `Asks one question of every orchestrator, side by side, and compares answers, scores and costs.

  npx -y pnpm@12.21.0 research-desk "should we move the shop to a new host?"

  --only NAMES      which of ${contestants.join(', ')}; commas between them (default: all)
  --max-usd AMOUNT  what all of it may cost at most, in US dollars; no call is made that could exceed it
  --dry-run         say how many calls and dollars it may take at the most, and ask nobody
  --offline         simulated models, even where there is a key
  --seed N          of the simulated models: another seed, another outcome (default: 1)
  --delay-ms N      how long a simulated model takes over a word (default: 15)
  --json            print events as JSON lines, then one line with all results, and nothing else, on stdout
  --help            print this

  OPENAI_API_KEY, OPENAI_MODEL and OPENAI_BASE_URL are read from the environment, and so are the same of ANTHROPIC and
  MISTRAL, and OLLAMA_HOST. NO_COLOR turns colours off. Without a key and without a local Ollama, models are simulated.
`;

/**
 * Reads a command line. Flags may stand anywhere; `--` means nothing, since script runners leave it behind.
 *
 * @returns `help` when that was asked for
 * @throws UsageError
 */
export function readArguments(argv: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parse(argv.filter((argument) => argument !== '--'));
  if (values.help === true) return 'help';
  const question = positionals.join(' ').trim();
  if (question === '') throw new UsageError('there is no question; write it in quotes, or see --help');
  return {
    question,
    only: readNames(values.only),
    maxUsd: readAmount(values['max-usd']),
    json: values.json ?? false,
    dryRun: values['dry-run'] ?? false,
    offline: values.offline ?? false,
    seed: readCount('--seed', values.seed) ?? 1,
    delayMs: readCount('--delay-ms', values['delay-ms']) ?? 15,
  };
}

function parse(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof flags; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    // Node's second sentence advises to write "--", which means nothing here.
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new UsageError(`${problem.charAt(0).toLowerCase()}${problem.slice(1)}; see --help`);
  }
}

function readNames(text: string | undefined): readonly ContestantName[] {
  if (text === undefined) return contestants;
  const asked = text.split(',').map((name) => name.trim());
  const stranger = asked.find((name) => !contestants.some((known) => known === name));
  if (stranger !== undefined) throw new UsageError(`--only takes ${contestants.join(', ')}, not "${stranger}"`);
  return contestants.filter((name) => asked.includes(name));
}

function readCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`${flag} takes a whole number, not "${text}"`);
  return Number(text);
}

function readAmount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}(\.\d{1,9})?$/.test(text)) throw new UsageError(`--max-usd takes an amount like 0.05, not "${text}"`);
  return Number(text);
}
