import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { jsonSchemaProblem } from './json-schema-problem.js';

const leaf = fc.oneof(
  fc.constantFrom('string', 'number', 'integer', 'boolean', 'null').map((type) => ({ type })),
  fc.record({ minLength: fc.nat(3), maxLength: fc.nat(6) }, { requiredKeys: [] }),
  fc.record(
    { minimum: fc.integer({ min: -5, max: 5 }), exclusiveMaximum: fc.integer({ min: -5, max: 5 }) },
    { requiredKeys: [] },
  ),
  fc.record({
    enum: fc.array(fc.constantFrom<unknown>('a', 1, null, true, { a: 1 }, [1, 2]), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ const: fc.constantFrom<unknown>('a', 0, null, { a: 1 }, []) }),
  fc.constantFrom({ pattern: '^a' }, { multipleOf: 2 }, { $ref: '#/$defs/text' }, true, false, {}),
);

const { schema: anySchema } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema'), { maxKeys: 3 }),
        required: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 2 }),
        additionalProperties: tie('schema'),
        patternProperties: fc.constantFrom({ '^b': { type: 'string' } }, {}),
        minProperties: fc.nat(2),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      {
        items: tie('schema'),
        prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        minItems: fc.nat(2),
        uniqueItems: fc.boolean(),
        contains: tie('schema'),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      {
        allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        not: tie('schema'),
        if: tie('schema'),
        then: tie('schema'),
        else: tie('schema'),
      },
      { requiredKeys: [] },
    ),
  ),
}));

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>('', 'a', 'abc', 'b', 0, 1, 2, -1, 1.5, true, false, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  ),
}));

test('agrees with an independent validator on any schema and value', () => {
  fc.assert(
    fc.property(anySchema, anyValue, (generated, value) => {
      const schema = { $defs: { text: { type: 'string' } }, allOf: [generated] };
      const expected = new Validator(schema as object, '2020-12').validate(value).valid;
      expect(jsonSchemaProblem(schema, value) === undefined).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('says where the problem is and what would be right', () => {
  const schema = {
    type: 'object',
    properties: {
      cities: {
        type: 'array',
        items: { type: 'object', required: ['name'], properties: { days: { type: 'integer' } } },
      },
    },
  };
  expect(jsonSchemaProblem(schema, { cities: [{ name: 'Bergen' }, { days: 'two' }] })).toBe(
    'cities.1 must have the property "name"; cities.1.days must be integer, not string',
  );
});

test('names the form of a union that comes nearest', () => {
  const schema = { anyOf: [{ type: 'string' }, { type: 'object', properties: { a: { type: 'number' } } }] };
  expect(jsonSchemaProblem(schema, { a: 'x' })).toBe(
    'the value fits none of 2 forms (nearest: a must be number, not string)',
  );
});

test('a schema that refers to itself without end is refused, not followed', () => {
  expect(jsonSchemaProblem({ $ref: '#' }, 1)).toBe('the value is nested too deeply');
});

test('a recursive schema checks a recursive value', () => {
  const tree = {
    type: 'object',
    properties: { children: { type: 'array', items: { $ref: '#' } }, name: { type: 'string' } },
  };
  expect(jsonSchemaProblem(tree, { name: 'a', children: [{ name: 'b', children: [] }] })).toBeUndefined();
  expect(jsonSchemaProblem(tree, { children: [{ children: [{ name: 1 }] }] })).toBe(
    'children.0.children.0.name must be string, not number',
  );
});

test('references elsewhere, bad patterns and unknown keywords accept everything', () => {
  const schema = { $ref: 'https://example.com/x', pattern: '(', format: 'email', nonsense: 1 };
  expect(jsonSchemaProblem(schema, 'x')).toBeUndefined();
});

test('a property called __proto__ is a property', () => {
  const value: unknown = JSON.parse('{"__proto__": 1}');
  expect(jsonSchemaProblem({ type: 'object', additionalProperties: false }, value)).toBe(
    '__proto__ is not a known property',
  );
});

/** A wrong number, this many brackets deep. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

test.each([
  ['anyOf', { anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#' } }] }],
  ['oneOf', { oneOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#' } }] }],
  ['allOf', { items: { allOf: [{ $ref: '#' }, { $ref: '#' }] }, type: ['array', 'string'] }],
  ['if', { if: { type: 'array', items: { $ref: '#' } }, then: { items: { $ref: '#' } }, else: false }],
  ['not', { not: { not: { anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#' } }] } } }],
])('%s: a recursive schema and a value that a model nests on purpose end soon', (_, schema) => {
  for (const depth of [30, 60, 2_000]) expect(jsonSchemaProblem(schema, nested(depth))).toBeDefined();
});

test('what is wrong deep inside of unions is told in few words', () => {
  const schema = { anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#' } }] };
  const problem = jsonSchemaProblem(schema, nested(20)) ?? '';
  expect(problem).toContain(`${'0.'.repeat(19)}0 must be string, not number`);
  expect(problem.length).toBeLessThan(300);
});

test('a long list of unique items ends soon', () => {
  const items = Array.from({ length: 30_000 }, (_, at) => at);
  const started = performance.now();
  jsonSchemaProblem({ type: 'array', uniqueItems: true }, items);
  // Seconds when every item is compared with every other, some milliseconds when it is not.
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(jsonSchemaProblem({ type: 'array', uniqueItems: true }, ['a', 'b', 'a'])).toBeDefined();
});
