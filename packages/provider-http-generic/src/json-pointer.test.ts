import { expect, test } from 'vitest';

import { jsonPointer } from './json-pointer.js';

/** The document of RFC 6901, section 5. */
const document = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'e^f': 3,
  'g|h': 4,
  'i\\j': 5,
  'k"l': 6,
  ' ': 7,
  'm~n': 8,
};

test.each([
  ['', document],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/g|h', 4],
  ['/i\\j', 5],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
])('%j finds what the RFC says', (text, found) => {
  expect(jsonPointer(text, 'x')(document)).toEqual(found);
});

test('~01 is ~1, not a slash', () => {
  expect(jsonPointer('/~01', 'x')({ '~1': 'right', '/': 'wrong' })).toBe('right');
});

test.each([
  ['/foo/2'],
  ['/foo/-'],
  ['/foo/-1'],
  ['/foo/00'],
  ['/foo/01'],
  ['/foo/0x0'],
  ['/foo/1e0'],
  ['/foo/length'],
  ['/foo/0/length'],
  ['/foo/map'],
  ['/missing/deeper'],
  ['/__proto__'],
  ['/__proto__/polluted'],
  ['/constructor'],
  ['/constructor/name'],
  ['/toString'],
  ['/hasOwnProperty'],
])('%s finds nothing', (text) => {
  expect(jsonPointer(text, 'x')(document)).toBeUndefined();
});

test('a property called __proto__ is found where the document has one of its own', () => {
  expect(jsonPointer('/__proto__/a', 'x')(JSON.parse('{"__proto__":{"a":1}}'))).toBe(1);
});

test.each([null, undefined, 'text', 7, true])('in %j there is nothing', (bare) => {
  expect(jsonPointer('/a', 'x')(bare)).toBeUndefined();
});

test.each(['foo', 'foo/bar', '#/foo', '/a~', '/a~2b', ' /a', 7, null])('%j is no pointer', (text) => {
  const failure = { code: 'invalid', message: 'httpGeneric: response.text is no JSON Pointer' };
  expect(() => jsonPointer(text, 'response.text')).toThrow(expect.objectContaining(failure));
});
