import { expect, test } from 'vitest';

import { isStrictSchema } from './strict-schema.js';

function object(properties: { readonly [name: string]: unknown }, more: object = {}): { [keyword: string]: unknown } {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false, ...more };
}

test.each([
  ['a closed object', object({ a: { type: 'string' } })],
  ['an object without properties', object({})],
  [
    'objects in lists, choices and definitions',
    object(
      {
        a: { type: 'array', items: object({ b: { type: ['number', 'null'] } }), minItems: 1 },
        c: { anyOf: [object({}), { type: 'null' }] },
        d: { $ref: '#/$defs/d' },
      },
      { $defs: { d: object({ e: { enum: ['x'] } }) }, $schema: 'https://json-schema.org/draft/2020-12/schema' },
    ),
  ],
  ['a known format', object({ a: { type: 'string', format: 'date-time', pattern: '^a' } })],
])('%s is strict', (_, schema) => {
  expect(isStrictSchema(schema)).toBe(true);
});

test.each([
  ['an object that is open', object({}, { additionalProperties: true })],
  ['an object that does not say', object({}, { additionalProperties: undefined })],
  ['a property that may be absent', object({ a: {}, b: {} }, { required: ['a'] })],
  ['properties without a type', object({ a: { properties: { b: {} } } })],
  ['an open object deep inside', object({ a: { type: 'array', items: { type: 'object' } } })],
  ['an open object in a definition', object({}, { $defs: { d: { type: ['object', 'null'] } } })],
  ['a list as root', { type: 'array', items: { type: 'string' } }],
  ['a choice as root', { anyOf: [object({})] }],
  ['an unknown keyword', object({ a: { type: 'string', default: '' } })],
  ['an unknown format', object({ a: { type: 'string', format: 'uri' } })],
  ['a schema that is just true', object({ a: true })],
  ['lists of schemas for one list', object({ a: { type: 'array', items: [{ type: 'string' }] } })],
])('%s is not', (_, schema) => {
  expect(isStrictSchema(schema)).toBe(false);
});
