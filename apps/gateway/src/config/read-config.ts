import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { ConfigError, type ConfigProblem } from './config-error.js';
import { checkNames } from './check-names.js';
import { checkParts } from './check-parts.js';
import { gatewayConfigSchema, type GatewayConfig } from './gateway-config.js';
import { readYaml, type PositionOf } from './read-yaml.js';
import { toProblems, type LocatedProblem } from './to-problems.js';

/** A config in a file, and where its parts stand. */
interface Source {
  readonly value: unknown;
  readonly positionOf: PositionOf;
}

/**
 * Reads a config: YAML, JSON, or a module (`.ts`, `.js`, `.mjs`) that exports it as `config`, or as its default.
 *
 * @throws ConfigError naming every problem, with its line where the file is YAML or JSON
 */
export async function readConfig(path: string): Promise<GatewayConfig> {
  const file = basename(path);
  const { value, positionOf } = await readSource(path, file);
  const located = (problems: readonly LocatedProblem[]): ConfigError => {
    const found = problems.map(({ at, message, isName }): ConfigProblem => {
      return { path: at.map(String).join('.'), message, ...positionOf(at, isName) };
    });
    return new ConfigError(file, found.toSorted(byPlace));
  };

  const parsed = gatewayConfigSchema.safeParse(value);
  if (!parsed.success) throw located(toProblems(parsed.error, value));
  const problems = checkNames(parsed.data);
  if (problems.length > 0) throw located(problems);
  // What is made of parts that are not there would only say so again.
  const parts = await checkParts(parsed.data);
  if (parts.length > 0) throw located(parts);
  return parsed.data;
}

/** In the order in which somebody would mend them. */
function byPlace(one: ConfigProblem, other: ConfigProblem): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

async function readSource(path: string, file: string): Promise<Source> {
  const extension = extname(path);
  if (['.ts', '.mts', '.js', '.mjs'].includes(extension)) return readModule(path, file);
  if (!['.yaml', '.yml', '.json'].includes(extension)) {
    throw new ConfigError(file, [{ path: '', message: 'a config ends in .yaml, .yml, .json, .ts, .mts, .js or .mjs' }]);
  }
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [{ path: '', message: unreadable(error) }]);
  }
  return readYaml(text, file);
}

async function readModule(path: string, file: string): Promise<Source> {
  const url = pathToFileURL(resolve(path));
  url.searchParams.set('read', String(performance.now())); // a reload must not get the module of before
  try {
    const module: { default?: unknown; config?: unknown } = await import(url.href);
    return { value: module.config ?? module.default, positionOf: () => undefined };
  } catch (error) {
    throw new ConfigError(file, [{ path: '', message: unreadable(error) }]);
  }
}

function unreadable(error: unknown): string {
  const { code, message }: { code?: unknown; message?: unknown } = Object(error);
  if (code === 'ENOENT' || code === 'ERR_MODULE_NOT_FOUND') return 'there is no such file';
  return typeof message === 'string' ? message : 'it cannot be read';
}
