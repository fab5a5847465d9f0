import { jsonSchemaOf, type JsonSchema, type Schema } from '@tako/core';
import { expect, test } from 'vitest';
import * as z from 'zod';

import { closedSchema } from './closed-schema.js';

function asked(schema: Schema): JsonSchema {
  return closedSchema(jsonSchemaOf(schema, 'test'));
}

test('objects are closed wherever they stand: in properties, lists, choices, tuples and definitions', () => {
  const node = z.object({
    name: z.string(),
    get children() {
      return z.array(node);
    },
  });
  const schema = z.object({
    list: z.array(z.object({ a: z.string() })),
    choice: z.union([z.object({ b: z.number() }), z.null()]),
    pair: z.tuple([z.object({ c: z.boolean() }), z.string()]),
    node,
  });
  const text = JSON.stringify(asked(schema));
  expect(text.match(/"properties":/g)).toHaveLength(5);
  expect(text.match(/"additionalProperties":false/g)).toHaveLength(5);
});

test.each([
  ['a loose object', z.looseObject({ a: z.string() }), {}],
  ['a catchall', z.object({ a: z.string() }).catchall(z.number()), { type: 'number' }],
  ['a strict object', z.strictObject({ a: z.string() }), false],
])('%s stays what it is', (_, schema, additionalProperties) => {
  expect(asked(schema)).toMatchObject({ additionalProperties });
});

test('a record, which names no properties, stays open', () => {
  expect(asked(z.record(z.string(), z.number()))).toMatchObject({ additionalProperties: { type: 'number' } });
  expect(closedSchema({ type: 'object' })).toEqual({ type: 'object' });
});

test('the parts of an intersection do not refuse each other', () => {
  const part = (name: string): JsonSchema => ({ type: 'object', properties: { [name]: { type: 'string' } } });
  const both = { allOf: [part('a'), part('b')] };
  expect(closedSchema(both)).toBe(both);
});

test('properties with the names of keywords are properties', () => {
  const { properties } = closedSchema({
    type: 'object',
    properties: { items: { type: 'string' }, enum: { const: 1 } },
  });
  expect(properties).toEqual({ items: { type: 'string' }, enum: { const: 1 } });
});

test('a property called __proto__ is one', () => {
  const schema = JSON.parse('{"properties":{"__proto__":{"properties":{"a":{}}}}}') as JsonSchema;
  expect(JSON.stringify(closedSchema(schema))).toBe(
    '{"properties":{"__proto__":{"properties":{"a":{}},"additionalProperties":false}},"additionalProperties":false}',
  );
});
