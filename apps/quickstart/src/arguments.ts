import { parseArgs } from 'node:util';

import { keyedVendors, type KeyedVendorName } from './keyed-vendors.js';

/** Who may answer. */
export type ProviderName = KeyedVendorName | 'ollama' | 'offline';

/** What somebody asked for on the command line. */
export interface Arguments {
  readonly question: string;
  /** The folder that the agent may look into, as it was written. */
  readonly folder: string;
  /** Print run events as JSON lines instead of text for people. */
  readonly json: boolean;
  readonly maxSteps: number | undefined;
  /** What the run may cost, in US dollars. */
  readonly maxUsd: number | undefined;
  readonly model: string | undefined;
  /** `undefined`: the best one there is. */
  readonly provider: ProviderName | undefined;
  /** Let tools change files. */
  readonly allowChanges: boolean;
}

/** A command line that cannot be run: one line for the person who wrote it. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

const providerNames: readonly ProviderName[] = [...keyedVendors.map(({ name }) => name), 'ollama', 'offline'];

const flags = {
  'allow-changes': { type: 'boolean' },
  folder: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  'max-steps': { type: 'string' },
  'max-usd': { type: 'string' },
  model: { type: 'string' },
  provider: { type: 'string' },
} as const;

/** The text of `--help`. */
export const usage: string = `Asks an agent a question about a folder. It works with the tools of two MCP servers.

  npx -y pnpm@12.21.0 start "how many TypeScript files are in packages/core/src, and what does the smallest one do?"

  --folder DIR      the folder the agent may look into (default: the current one)
  --provider NAME   ${providerNames.join(', ')} (default: the first of them that is there)
  --model NAME      which of its models
  --max-steps N     model turns before the run ends (default: 8)
  --max-usd AMOUNT  what the run may cost at most, in US dollars; no call is made that could exceed it
  --allow-changes   let tools change files; without it such calls are refused
  --json            print run events as JSON lines, and nothing else, on stdout
  --help            print this

  OPENAI_API_KEY, OPENAI_MODEL and OPENAI_BASE_URL are read from the environment, and so are the same of the other
  vendors, and OLLAMA_HOST. Without a key and without a local Ollama an offline stand-in answers: it has no language
  model, and says so.
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
    folder: values.folder ?? '.',
    json: values.json ?? false,
    maxSteps: readCount('--max-steps', values['max-steps']),
    maxUsd: readAmount('--max-usd', values['max-usd']),
    model: values.model,
    provider: readProvider(values.provider),
    allowChanges: values['allow-changes'] ?? false,
  };
}

type Parsed = ReturnType<typeof parseArgs<{ options: typeof flags; allowPositionals: true; args: string[] }>>;

function parse(args: string[]): Parsed {
  try {
    return parseArgs({ args, options: flags, allowPositionals: true });
  } catch (error) {
    // Node's second sentence advises to write "--", which means nothing here.
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new UsageError(`${problem.charAt(0).toLowerCase()}${problem.slice(1)}; see --help`);
  }
}

function readCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${flag} takes a whole number from 1 on, not "${text}"`);
  return Number(text);
}

function readAmount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}(\.\d{1,9})?$/.test(text)) throw new UsageError(`${flag} takes an amount like 0.05, not "${text}"`);
  return Number(text);
}

function readProvider(text: string | undefined): ProviderName | undefined {
  const name = providerNames.find((known) => known === text);
  if (text !== undefined && name === undefined) {
    throw new UsageError(`--provider is one of ${providerNames.join(', ')}, not "${text}"`);
  }
  return name;
}
