import { expect, test } from 'vitest';

import { parseJson, parseModelJson } from './parse-json.js';

test('JSON text is read, and anything else says what is wrong with it', () => {
  expect(parseJson(' {"a":[1,null]} ')).toEqual({ ok: true, value: { a: [1, null] } });
  expect(parseJson('{"a":')).toEqual({ ok: false, problem: expect.any(String) });
  expect(parseJson('')).toMatchObject({ ok: false });
});

test.each([
  ['bare', '{"a":1}', { a: 1 }],
  ['with blanks', '\n {"a":1}\n', { a: 1 }],
  ['in a fence', 'Here:\n```json\n{"a":1}\n```\nBye', { a: 1 }],
  ['in a fence without a language', '```\n[1]\n```', [1]],
  ['in a fence without an end', '```json\n{"a":1}', { a: 1 }],
  ['between words', 'The answer is {"a":[1,2]}, as you see.', { a: [1, 2] }],
  ['a list between words', 'They are [1, 2].', [1, 2]],
  ['with a fence inside of a text', '{"code":"```js\\n1\\n```"}', { code: '```js\n1\n```' }],
  ['a scalar', '"x"', 'x'],
])('of a model: %s', (_, text, value) => {
  expect(parseModelJson(text)).toEqual({ ok: true, value });
});

test.each(['', 'no', '{', '}{', '```', '```json\n```', '[1, 2', 'a } b ] c'])('of a model: %j is not JSON', (text) => {
  expect(parseModelJson(text)).toMatchObject({ ok: false, problem: expect.any(String) });
});

test('the problem is that of the whole text, not of a piece that was tried', () => {
  expect(parseModelJson('I {cannot} do it')).toEqual(parseJson('I {cannot} do it'));
});

test('a long text without JSON is read in linear time', () => {
  expect(parseModelJson('```'.repeat(200_000)).ok).toBe(false);
  expect(parseModelJson('{'.repeat(500_000)).ok).toBe(false);
});
