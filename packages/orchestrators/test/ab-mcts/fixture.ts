import { readFileSync } from 'node:fs';

/** Reference data; see the README beside it. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as T; // each test says what is in it
}
