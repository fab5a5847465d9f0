import { expect, test } from 'vitest';

import { jsonText } from './json-text.js';

test('a value is its JSON, and nothing at all is empty', () => {
  expect(jsonText({ a: [1, 'two'] })).toBe('{"a":[1,"two"]}');
  expect(jsonText(undefined)).toBe('');
});

test('what is nested beyond the stack is a note', () => {
  const deep: unknown = JSON.parse('['.repeat(1_000_000) + ']'.repeat(1_000_000));
  expect(jsonText({ deep })).toBe('(left out: it is nested too deep)');
});
