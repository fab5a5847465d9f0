import { expect, test } from 'vitest';

import { matchesPattern } from './matches-pattern.js';

test.each([
  ['^[a-z]+$', 'abc', true],
  ['^[a-z]+$', 'ABC', false],
  ['b', 'abc', true],
  ['^\\d{4}-\\d{2}-\\d{2}$', '2026-11-23', true],
  ['^\\d{4}-\\d{2}-\\d{2}$', '23.11.2026', false],
  ['^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$', 'ada@acme.example', true],
  ['^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$', 'ada at acme', false],
  ['^.*$', 'x'.repeat(3_000), true],
  ['^\\p{L}$', '7', false],
])('%s is held against %.20s: %s', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

test.each([
  '^(a+)+$',
  '^(a|a)+$',
  '^(a|aa)*$',
  'a*a*a*a*a*a*a*b',
  '(a?){40}a{40}',
  `${'a?'.repeat(40)}${'a'.repeat(40)}`,
  '^([a-z]+-)*$',
])('%s could take for ever, and accepts everything at once', (pattern) => {
  const startedMs = performance.now();
  for (const text of [`${'a'.repeat(40)}!`, `${'a'.repeat(100_000)}!`])
    expect(matchesPattern(pattern, text)).toBe(true);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('what is no pattern accepts everything', () => {
  expect(matchesPattern('(', 'x')).toBe(true);
});
