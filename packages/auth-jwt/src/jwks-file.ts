import { open } from 'node:fs/promises';

import { invalidOptions, TakoError } from '@tako/core';

import { isSymmetric } from './json-web-key.js';
import { isAlgorithm, type JwtAlgorithm } from './jwt-algorithm.js';
import type { JwtKeys } from './jwt-keys.js';
import { keySet } from './key-set.js';
import { source } from './source.js';

/** Options of `jwksFile`. */
export interface JwksFileOptions {
  /** No other is taken, whatever a token or a key says. Those of secrets (`HS256` …) stand alone. @defaultValue `['RS256']` */
  readonly algorithms?: readonly JwtAlgorithm[] | undefined;
}

/** No key set is that long. */
const maxBytes = 1_048_576;

/**
 * Keys of a JSON Web Key Set (RFC 7517, section 5) in a file. It is read when the first token comes, again when that was a minute
 * ago, and at most every five seconds when a token names a key that is not in it. While it cannot be read, the old keys are used
 * for a day.
 *
 * @throws `invalid` for a missing path, or algorithms that cannot work
 */
export function jwksFile(path: string | undefined, options: JwksFileOptions = {}): JwtKeys {
  const { algorithms = ['RS256'] } = options;
  if (typeof path !== 'string' || path === '') throw invalidOptions(source, 'the path of the key set is missing');
  if (algorithms.length === 0 || !algorithms.every(isAlgorithm)) {
    throw invalidOptions(source, 'algorithms must name algorithms of signatures');
  }
  if (isSymmetric(algorithms) && !algorithms.every((name) => isSymmetric([name]))) {
    throw invalidOptions(source, 'algorithms of secrets cannot stand beside those of public keys');
  }
  return keySet({
    algorithms: [...algorithms],
    timeoutMs: 5_000,
    maxAgeMs: 60_000,
    maxStaleMs: 86_400_000,
    coolDownMs: 5_000,
    load: () => readJson(path),
  });
}

/** What goes wrong may quote the file, which may hold secrets: nothing of it is handed on. */
async function readJson(path: string): Promise<unknown> {
  try {
    const file = await open(path);
    try {
      if ((await file.stat()).size <= maxBytes) return JSON.parse(await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  } catch {
    throw new TakoError('transport', `${source}: the file of the key set cannot be read`, { source });
  }
  throw new TakoError('transport', `${source}: the file of the key set is longer than 1 MiB`, { source });
}
