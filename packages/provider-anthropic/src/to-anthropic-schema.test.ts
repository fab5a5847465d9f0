import { expect, test } from 'vitest';

import { toAnthropicSchema } from './to-anthropic-schema.js';

test('what the vendor knows stays', () => {
  const schema = {
    type: 'object',
    title: 'T',
    properties: {
      a: { type: ['string', 'null'], enum: ['x', null], description: 'An a.' },
      b: { type: 'array', items: { $ref: '#/$defs/c' }, minItems: 1 },
      d: { type: 'string', format: 'date', pattern: '^2', default: '2026-01-01' },
      e: { anyOf: [{ const: 1 }, { type: 'boolean' }] },
    },
    required: ['a'],
    additionalProperties: false,
    $defs: { c: { type: 'object', properties: {}, additionalProperties: false } },
  };
  expect(toAnthropicSchema(schema)).toEqual({ schema, lost: [] });
});

test('objects are closed everywhere', () => {
  const open = { type: 'object', properties: { a: { type: 'string' } } };
  const { schema, lost } = toAnthropicSchema({
    ...open,
    properties: { list: { type: 'array', items: open }, either: { oneOf: [open, { type: ['object', 'null'] }] } },
    definitions: { open },
  });
  const closed = { ...open, additionalProperties: false };
  expect(schema).toEqual({
    ...closed,
    properties: {
      list: { type: 'array', items: closed },
      either: { anyOf: [closed, { type: ['object', 'null'], additionalProperties: false }] },
    },
    definitions: { open: closed },
  });
  expect(lost).toEqual([]);
});

test('what it does not know is told in the description, and named', () => {
  const { schema, lost } = toAnthropicSchema({
    type: 'object',
    properties: {
      n: { type: 'integer', minimum: 1, maximum: 5, description: 'How many.' },
      list: { type: 'array', minItems: 2, uniqueItems: true },
      tuple: { type: 'array', items: [{ type: 'string' }] },
      mail: { type: 'string', format: 'idn-email' },
    },
    additionalProperties: { type: 'string' },
    $schema: 'https://json-schema.org/draft/2020-12/schema',
  });
  expect(schema).toEqual({
    type: 'object',
    properties: {
      n: { type: 'integer', description: 'How many.\n{"minimum":1,"maximum":5}' },
      list: { type: 'array', description: '{"minItems":2,"uniqueItems":true}' },
      tuple: { type: 'array', description: '{"items":[{"type":"string"}]}' },
      mail: { type: 'string', description: '{"format":"idn-email"}' },
    },
    additionalProperties: false,
  });
  expect(new Set(lost)).toEqual(
    new Set(['minimum', 'maximum', 'minItems', 'uniqueItems', 'items', 'format', 'additionalProperties']),
  );
});

test('schemas that are no object', () => {
  const { schema, lost } = toAnthropicSchema({ type: 'array', items: true, properties: { never: false } });
  expect(schema).toMatchObject({ items: {}, properties: { never: {} } });
  expect(lost).toEqual(['false']);
});

test('a property may be called like a keyword', () => {
  const schema = {
    type: 'object',
    properties: { minimum: { type: 'number' }, properties: { type: 'string' } },
    additionalProperties: false,
  };
  expect(toAnthropicSchema(schema)).toEqual({ schema, lost: [] });
});
