import { expect, test } from 'vitest';

import { readMentions } from './mentions.js';

test.each([
  ['what is in packages/core/src?', ['packages/core/src']],
  ['read `./docs/a.md`, then "b.txt".', ['./docs/a.md', 'b.txt']],
  ['is .gitignore here', ['.gitignore']],
  ['what is in this folder?', ['.']],
  ['which files are in packages?', ['packages']],
  ['version 1.2.3 of 2026 costs 3.50, e.g. now', []],
  ['how many .ts files are in src/a? the name of the biggest one', ['src/a']],
  ['fetch https://example.com/a.md', []],
])('paths in: %s', (text, paths) => {
  expect(readMentions(text).paths.map(({ path }) => path)).toEqual(paths);
});

test('a bare word after "in" is a path that may be wrong', () => {
  expect(readMentions('which files are in packages?').paths).toEqual([
    { path: 'packages', isFile: false, sure: false },
  ]);
});

test.each([
  ['how many TypeScript files', '**/*.{ts,tsx,mts,cts}'],
  ['all .json files', '**/*.json'],
  ['list md files', '**/*.md'],
  ['search for *.test.ts', '**/*.test.ts'],
  ['what matches src/*.ts?', 'src/*.ts'],
  ['find index.ts', '**/index.ts'],
  ['files called Makefile', '**/Makefile'],
  ['is TypeScript good?', undefined],
  ['what is 6*7', undefined],
])('a pattern in: %s', (text, glob) => {
  expect(readMentions(text).glob).toBe(glob);
});

test('numbers are read apart from paths, with the words beside them', () => {
  const { numbers } = readMentions('add 2.5 and -4, first 3 lines of a1/b2.md');
  expect(numbers.map(({ value }) => value)).toEqual([2.5, -4, 3]);
  expect(numbers[2]?.beside).toEqual(new Set(['first', 'lin']));
});

test('an apostrophe opens no quotation', () => {
  expect(readMentions(`what's in "a b" and 'c d', it's`).quoted).toEqual(['a b', 'c d']);
});
