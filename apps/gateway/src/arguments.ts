import { parseArgs } from 'node:util';

/** What somebody asked for on the command line. */
export interface Arguments {
  /** The config file; `undefined` for the offline demonstration. */
  readonly config: string | undefined;
  /** Only check the config. */
  readonly check: boolean;
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/** A command line that cannot be run: one line for the person who wrote it. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

const flags = {
  check: { type: 'boolean' },
  config: { type: 'string', short: 'c' },
  help: { type: 'boolean', short: 'h' },
  host: { type: 'string' },
  port: { type: 'string' },
  'print-schema': { type: 'boolean' },
} as const;

/** The text of `--help`. */
export const usage: string = `Serves providers, agents and conductors of a config file behind the OpenAI API.

  npx -y pnpm@12.21.0 gateway --config tako.yaml

  --config FILE   YAML, JSON, or a module that exports it as config; without one a demonstration runs on loopback, with an offline stand-in in place of a model
  --check         only check the config, without the network: lists what it would serve, or one line for each problem (exit code 2)
  --print-schema  print the JSON Schema of configs, for editors
  --host HOST     in place of server.host
  --port PORT     in place of server.port; 0 for any that is free
  --help          print this

  SIGHUP reads the config and the certificates again; streams go on. SIGTERM lets them end, and stops.
`;

/**
 * Reads a command line; `--` means nothing, since script runners leave it behind.
 *
 * @returns `help` or `schema` when that was asked for
 * @throws UsageError
 */
export function readArguments(argv: readonly string[]): Arguments | 'help' | 'schema' {
  let values: {
    config?: string;
    check?: boolean;
    help?: boolean;
    host?: string;
    port?: string;
    'print-schema'?: boolean;
  };
  try {
    ({ values } = parseArgs({ args: argv.filter((argument) => argument !== '--'), options: flags }));
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new UsageError(`${problem.charAt(0).toLowerCase()}${problem.slice(1)}; see --help`);
  }
  if (values.help === true) return 'help';
  if (values['print-schema'] === true) return 'schema';
  const { config, check = false, host, port } = values;
  if (check && config === undefined) throw new UsageError('--check wants a --config to check');
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new UsageError(`--port takes a number from 0 to 65535, not "${port}"`);
  }
  return { config, check, host, port: port === undefined ? undefined : Number(port) };
}
