import { readdir, readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

const here = new URL('./', import.meta.url);
const page = new URL('../../../../docs/server-faults.md', import.meta.url);

/** The id and the name of each fault, as `fault('1a', 'malformed JSON', …)` says them. */
async function tested(): Promise<string[]> {
  const files = (await readdir(here)).filter((name) => name.endsWith('.test.ts') && name !== 'table.test.ts');
  const sources = await Promise.all(files.map((name) => readFile(new URL(name, here), 'utf8')));
  return sources.flatMap((source) =>
    [...source.matchAll(/\bfault\(\s*'(\d+[a-z]*)',\s*'([^']+)'/g)].map(([, id, what]) => `${id} ${what}`),
  );
}

test('docs/server-faults.md has a row for each fault that is tested, and none besides', async () => {
  const rows = (await readFile(page, 'utf8')).matchAll(/^\| (\d+[a-z]*) \| ([^|]+) \|/gm);
  const named = [...rows].map(([, id, what]) => `${id} ${what?.trim()}`);
  expect(named.toSorted()).toEqual((await tested()).toSorted());
  expect(new Set(named.map((row) => row.split(' ')[0])).size).toBe(named.length);
});
