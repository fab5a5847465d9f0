import { expect, test } from 'vitest';

import { harmless, padded, shorten, widthOf, wrapped } from './text-width.js';

test.each([
  ['abc', 3],
  ['漢字', 4],
  ['e\u0301', 1],
  ['🦑', 2],
  ['', 0],
])('%j takes %i columns', (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

test('what is cut or filled up has its width, wide characters or not', () => {
  for (const text of ['a long line of words', '漢字漢字漢字漢字', 'mixed 漢字 🦑🦑🦑', 'x']) {
    for (let columns = 1; columns < 25; columns++) {
      expect(widthOf(shorten(text, columns))).toBeLessThanOrEqual(columns);
      expect(widthOf(padded(shorten(text, columns), columns))).toBe(columns);
    }
  }
  expect(shorten('one\n  two', 20)).toBe('one two');
  expect(padded('7', 3, 'left')).toBe('  7');
});

test('lines break between words, and nothing is lost', () => {
  const text = 'one two three\n- four five\n\nabcdefghijklmnopqrstuvwxyz';
  expect(wrapped(text, 9)).toEqual(['one two', 'three', '- four', 'five', '', 'abcdefghijklmnopqrstuvwxyz']);
});

test('text of a model cannot steer the terminal', () => {
  expect(harmless('a\u001B[2Jb\u0007\u202Ec\r\nd\te')).toBe('a\uFFFD[2Jb\uFFFD\uFFFDc\nd\te');
});
