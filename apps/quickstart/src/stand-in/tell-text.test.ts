import { expect, test } from 'vitest';

import { tellText } from './tell-text.js';

test('a source file is told by its first real comment and its exports', () => {
  const source = `#!/usr/bin/env node
// eslint-disable-next-line no-console
import { b } from './b.js';

/**
 * Adds what
 * it is given.
 *
 * @see elsewhere
 */
export function add(): void {}
export type Sum = number;
`;
  expect(tellText({ wants: 'about', text: '' }, 'add.ts', source)).toBe(
    'add.ts says about itself: “Adds what it is given”. It exports add, Sum.',
  );
});

test('a file without a comment is shown', () => {
  const told = tellText({ wants: 'about', text: '' }, 'index.ts', "export { a } from './a.js';\n");
  expect(told).toContain('says nothing about itself');
  expect(told).toContain("export { a } from './a.js';");
});

test('prose is told by its heading and first paragraph', () => {
  const told = tellText({ wants: 'about', text: '' }, 'README.md', '# Tako\n\n[![ci](x)](y)\n\nA thing\nfor things.\n');
  expect(told).toBe('README.md is headed “Tako” and begins: “A thing for things”.');
});

test('lines are counted without the empty one after the last line end', () => {
  expect(tellText({ wants: 'lines', text: '' }, 'a.txt', 'one\ntwo\n')).toBe('a.txt has 2 lines.');
});
