import { expect, test } from 'vitest';

import { shownKey, splitSecretKey } from './secret-key.js';

test.each([
  ['name', 'name', undefined],
  ['a/b/c', 'a/b/c', undefined],
  ['/prod/db', '/prod/db', undefined],
  ['name#field', 'name', 'field'],
  ['name#a#b', 'name', 'a#b'],
  ['name#?/../%2f', 'name', '?/../%2f'],
  ['a..b/...', 'a..b/...', undefined],
  ['schlüssel/☃', 'schlüssel/☃', undefined],
  ['👋🏽#👋🏽', '👋🏽', '👋🏽'],
  ['x'.repeat(4_096), 'x'.repeat(4_096), undefined],
])('%j is split at its first "#"', (key, name, fragment) => {
  expect(splitSecretKey(key, 'test')).toEqual({ name, fragment });
});

test.each([
  '',
  '#',
  '#field',
  ' ',
  ' a',
  'a #b',
  'name#',
  '.',
  '..',
  '../a',
  'a/../b',
  'a/..',
  'a/./b',
  'a?b',
  'a%2fb',
  'a%',
  'a\\b',
  'a\nb',
  'a#b\r\nx: 1',
  'a\u0000',
  'a\u007f',
  'a\u0085b',
  'a\u2028b',
  'a\ud800',
  '\udc00a',
  'x'.repeat(4_097),
  'x'.repeat(10_000),
])('%j is refused, in one line of ASCII', (key) => {
  expect(() => splitSecretKey(key, 'test')).toThrow(
    expect.objectContaining({ code: 'invalid', message: expect.stringMatching(/^test: the key [\x20-\x7e]{1,400}$/) }),
  );
});

test.each<unknown>([undefined, null, 42, {}, ['a']])('%j is no key', (key) => {
  const given = key as string; // what a caller without types passes
  expect(() => splitSecretKey(given, 'test')).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('is shown quoted and bounded', () => {
  expect(shownKey('a "b" ü\u2028')).toBe(String.raw`"a \"b\" \u00fc\u2028"`);
  expect(shownKey('x'.repeat(9_999)).length).toBeLessThan(140);
});
