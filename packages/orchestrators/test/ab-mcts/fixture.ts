import { readFileSync } from 'node:fs';

/** Reference data; see the README beside it. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
}
