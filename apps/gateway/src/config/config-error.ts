/** One thing that is wrong in a config file. */
export interface ConfigProblem {
  /** Where in the config, for example `models.fast.provider`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** Line and column, from 1 on, where the file has lines that are known. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** A config that cannot be used; its message has a line for each problem. */
export class ConfigError extends Error {
  override readonly name: string = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => describe(file, problem)).join('\n'));
    this.problems = problems;
  }
}

/** `tako.yaml:12:5 models.fast.provider: there is no provider "lunna"`. */
function describe(file: string, { path, message, line, column }: ConfigProblem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return `${place} ${path === '' ? '' : `${path}: `}${message}`;
}
