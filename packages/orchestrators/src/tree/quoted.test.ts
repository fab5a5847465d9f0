import { expect, test } from 'vitest';

import { condensed, quoted } from './quoted.js';

test('every line stands behind a mark, whatever ends it', () => {
  expect(quoted('a\nb\r\nc\rd\u2028e\u2029f')).toBe('> a\n> b\n> c\n> d\n> e\n> f');
  expect(quoted('')).toBe('> ');
});

test('a text that is not too long stays as it is', () => {
  expect(condensed('four', 4)).toBe('four');
});

test('of a longer one beginning and end stay, and the mark says how much is missing', () => {
  expect(condensed('abcdefghij', 4)).toBe('ab\n[… 6 characters left out …]\nij');
  expect(condensed('x'.repeat(1_048_576), 100).length).toBeLessThan(150);
});
