import type { JsonValue } from '@tako/core';
import { expect, test } from 'vitest';

import { parseTemplate } from './template.js';

const known = ['name', 'list', 'number', 'flag', 'absent'];
const values = { name: 'Ada "{{ number }}"', list: [1, { a: null }], number: 0.5, flag: false };

test.each<[JsonValue, JsonValue | undefined]>([
  ['{{ name }}', 'Ada "{{ number }}"'],
  ['{{name}}', 'Ada "{{ number }}"'],
  ['{{\n list\t}}', [1, { a: null }]],
  ['{{ number }}', 0.5],
  ['{{ flag }}', false],
  ['{{ absent }}', undefined],
  ['Hello {{ name }}!', 'Hello Ada "{{ number }}"!'],
  [' {{ number }}', ' 0.5'],
  ['{{ number }}{{ flag }}', '0.5false'],
  ['{{ list }},{{ absent }}', '[1,{"a":null}],'],
  ['no { braces } at all', 'no { braces } at all'],
  [
    { a: '{{ absent }}', b: '{{ number }}', c: { d: '{{ absent }}' } },
    { b: 0.5, c: {} },
  ],
  [
    ['{{ absent }}', '{{ number }}', 7],
    [0.5, 7],
  ],
  [
    { x: null, y: true, z: [1, 'two', {}] },
    { x: null, y: true, z: [1, 'two', {}] },
  ],
])('%j', (template, filled) => {
  expect(parseTemplate(template, known).fillIn(values)).toEqual(filled);
});

test('what is filled in is a value of its own, not the template', () => {
  const template = { a: [{ b: '{{ number }}' }] };
  const { fillIn, names } = parseTemplate(template, known);
  expect([fillIn({ number: 1 }), fillIn({ number: 2 })]).toEqual([{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }]);
  expect(template).toEqual({ a: [{ b: '{{ number }}' }] });
  expect([...names]).toEqual(['number']);
});

test('a key called __proto__ is a key', () => {
  const filled = parseTemplate(JSON.parse('{"__proto__":{"polluted":"{{ flag }}"}}'), known).fillIn(values);
  expect(JSON.stringify(filled)).toBe('{"__proto__":{"polluted":false}}');
  expect({}).not.toHaveProperty('polluted');
});

test.each<[unknown, RegExp]>([
  ['{{ unknown }}', /unknown.*none of name, list/],
  ['{{ constructor }}', /none of/],
  ['{{ }}', /none of/],
  ['{{ name', /out of place/],
  ['name }}', /out of place/],
  ['{{ name }} and {{', /out of place/],
  ['{{ a.b }}', /out of place/],
  ['{{ {{ name }} }}', /out of place/],
  [{ '{{ name }}': 1 }, /out of place/],
  [{ a: () => 1 }, /JSON/],
  [[undefined], /JSON/],
  [Number.NaN, /JSON/],
  [1n, /JSON/],
])('%o is refused', (template, message) => {
  const failure = { code: 'invalid', message: expect.stringMatching(message) };
  expect(() => parseTemplate(template as JsonValue, known)).toThrow(expect.objectContaining(failure));
});

test('a value that contains itself is refused', () => {
  const loop: { [key: string]: JsonValue } = {};
  loop['again'] = [loop];
  expect(() => parseTemplate(loop, known)).toThrow(expect.objectContaining({ code: 'invalid' }));
});
