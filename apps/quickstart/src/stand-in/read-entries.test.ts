import { expect, test } from 'vitest';

import { readEntries } from './read-entries.js';

test('tagged lines give kind and size, and how far a rounded size may be off', () => {
  const text =
    '[DIR] my docs                       \n[FILE] a file.txt                          12 B\n[FILE] b.bin   1.50 KB\n\nTotal: 2 files';
  expect(readEntries(text, 'top')).toEqual([
    { path: 'top/my docs', kind: 'directory' },
    { path: 'top/a file.txt', kind: 'file', bytes: 12, roughBytes: 0 },
    { path: 'top/b.bin', kind: 'file', bytes: 1536, roughBytes: 5.12 },
  ]);
});

test('a JSON tree is walked', () => {
  const tree = [{ name: 'a', type: 'directory', children: [{ name: 'b.ts', type: 'file' }] }];
  expect(readEntries(JSON.stringify(tree, null, 2), '.')).toEqual([
    { path: 'a', kind: 'directory' },
    { path: 'a/b.ts', kind: 'file' },
  ]);
});

test('absolute paths, one a line, are a listing; a heading above them is none of them', () => {
  expect(readEntries('/a/b.ts\n/a/c d.ts', '.')?.map(({ path }) => path)).toEqual(['/a/b.ts', '/a/c d.ts']);
  expect(readEntries('Allowed directories:\n/a', '.')?.map(({ path }) => path)).toEqual(['/a']);
});

test('no match is an empty listing, and prose is none', () => {
  expect(readEntries('No matches found', '.')).toEqual([]);
  expect(readEntries('The sum of 1 and 2 is 3.', '.')).toBeUndefined();
  expect(readEntries('[not json', '.')).toBeUndefined();
});
