import type { JsonSchema } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { toVertexSchema } from './to-vertex-schema.js';

const clean = (schema: JsonSchema): { readonly schema: object; readonly lost: readonly string[] } =>
  toVertexSchema(schema, 'vertex:m');

describe('what Gemini takes stays as it is', () => {
  test.each<[string, JsonSchema]>([
    [
      'an object',
      {
        type: 'object',
        properties: { a: { type: 'string', description: 'A' } },
        required: ['a'],
        additionalProperties: false,
      },
    ],
    ['a list', { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1, maxItems: 3 }],
    ['types', { type: ['string', 'null'], format: 'date-time' }],
    ['unions', { anyOf: [{ type: 'string' }, { type: 'number' }] }],
    ['values', { enum: ['a', 'b', 3] }],
    ['a map', { type: 'object', additionalProperties: { type: 'number' } }],
    ['properties that are called like keywords', { type: 'object', properties: { pattern: {}, $ref: {}, enum: {} } }],
  ])('%s', (_, schema) => {
    expect(clean(schema)).toEqual({ schema, lost: [] });
  });
});

describe('what it does not is said in other words', () => {
  test.each<[string, JsonSchema, object]>([
    ['const', { const: 'a' }, { enum: ['a'] }],
    ['null among values', { enum: ['a', null] }, { anyOf: [{ enum: ['a'] }, { type: 'null' }] }],
    ['both truths', { enum: [true, false] }, { type: 'boolean' }],
    ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    [
      'nullable values',
      { type: 'string', enum: ['a'], nullable: true },
      { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] },
    ],
    [
      'exclusive bounds of integers',
      { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9 },
      { type: 'integer', minimum: 1, maximum: 8 },
    ],
    [
      'annotations',
      { $schema: 'x', $id: 'y', default: 1, examples: [1], 'x-mine': 1, type: 'number' },
      { type: 'number' },
    ],
    ['anything', { type: 'object', properties: { a: true } }, { type: 'object', properties: { a: {} } }],
    [
      'references',
      { type: 'object', properties: { a: { $ref: '#/$defs/a%20b~1c' } }, $defs: { 'a b/c': { type: 'string' } } },
      { type: 'object', properties: { a: { type: 'string' } } },
    ],
    [
      'a reference with a description',
      {
        properties: { a: { $ref: '#/definitions/a', description: 'here' } },
        definitions: { a: { type: 'string', description: 'there' } },
      },
      { properties: { a: { type: 'string', description: 'here' } } },
    ],
    [
      'allOf',
      {
        allOf: [
          { type: 'object', properties: { a: {} }, required: ['a'] },
          { properties: { b: {} }, required: ['b'] },
        ],
      },
      { type: 'object', properties: { a: {}, b: {} }, required: ['b', 'a'] },
    ],
  ])('%s', (_, schema, expected) => {
    expect(clean(schema)).toEqual({ schema: expected, lost: [] });
  });
});

describe('what constrained and is gone is named', () => {
  test.each<[string, JsonSchema, object, string[]]>([
    [
      'pattern and lengths',
      { type: 'string', pattern: '^a', minLength: 1 },
      { type: 'string' },
      ['pattern', 'minLength'],
    ],
    ['a truth', { const: true }, { type: 'boolean' }, ['const']],
    ['nothing at all', { properties: { a: false } }, { properties: { a: {} } }, ['false']],
    ['exclusive bounds of numbers', { type: 'number', exclusiveMinimum: 0 }, { type: 'number' }, ['exclusiveMinimum']],
    ['not', { not: { type: 'string' } }, {}, ['not']],
    ['allOf that disagrees', { allOf: [{ minimum: 1 }, { minimum: 2 }] }, { minimum: 1 }, ['allOf']],
    ['a tuple of draft-07', { items: [{ type: 'string' }] }, { items: { anyOf: [{ type: 'string' }] } }, ['items']],
  ])('%s', (_, schema, expected, lost) => {
    expect(clean(schema)).toEqual({ schema: expected, lost });
  });
});

describe('refused before the network', () => {
  const doubling = Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [
      `d${at}`,
      { type: 'object', properties: { left: { $ref: `#/$defs/d${at + 1}` }, right: { $ref: `#/$defs/d${at + 1}` } } },
    ]),
  );
  test.each<[string, JsonSchema]>([
    ['a schema that is itself', { $ref: '#' }],
    ['a tree', { $ref: '#/$defs/tree', $defs: { tree: { properties: { next: { $ref: '#/$defs/tree' } } } } }],
    [
      'two that hold each other',
      {
        allOf: [{ $ref: '#/$defs/a' }],
        $defs: { a: { items: { $ref: '#/$defs/b' } }, b: { items: { $ref: '#/$defs/a' } } },
      },
    ],
    ['a reference to elsewhere', { $ref: 'https://schemas.example/a.json' }],
    ['a reference to nothing', { $ref: '#/$defs/none' }],
    ['a reference that is no URL', { $ref: '#/$defs/100%' }],
    ['a reference to what every object has', { $ref: '#/constructor' }],
    ['a short schema that is endless', { $ref: '#/$defs/d0', $defs: { ...doubling, d30: { type: 'string' } } }],
  ])('%s', (_, schema) => {
    expect(() => clean(schema)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('a deep one', () => {
    let schema: JsonSchema = { type: 'string' };
    for (let depth = 0; depth < 100_000; depth++) schema = { type: 'array', items: schema };
    expect(() => clean(schema)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('the same reference twice, side by side, is no cycle', () => {
    const schema = {
      properties: { a: { $ref: '#/$defs/s' }, b: { $ref: '#/$defs/s' } },
      $defs: { s: { type: 'string' } },
    };
    expect(clean(schema).schema).toEqual({ properties: { a: { type: 'string' }, b: { type: 'string' } } });
  });
});
