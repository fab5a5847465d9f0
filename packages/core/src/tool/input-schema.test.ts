import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';

import type { JsonSchema } from '../json.js';
import { isStandardSchema, jsonSchemaOf, type SchemaOutput } from './input-schema.js';
import type { StandardSchema } from './standard-schema.js';

const zodCity = z.object({ city: z.string().describe('Where'), days: z.coerce.number().int().default(1) });
const valibotCity = v.object({ city: v.string(), days: v.optional(v.number(), 1) });
const plainCity = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
} as const satisfies JsonSchema;

describe('jsonSchemaOf', () => {
  test('of zod 4 is what the model should write: the input side, draft 2020-12', () => {
    const schema = jsonSchemaOf(zodCity, 'tool "weather"');
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { city: { type: 'string', description: 'Where' } },
      required: ['city'],
    });
  });

  test('of valibot, which describes itself by its own package', () => {
    expect(jsonSchemaOf(toStandardJsonSchema(valibotCity), 'tool "weather"')).toMatchObject({
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'number' } },
      required: ['city'],
    });
  });

  test('of a plain JSON Schema is itself', () => {
    expect(jsonSchemaOf(plainCity, 'tool "weather"')).toBe(plainCity);
  });

  test('of a Standard Schema that cannot describe itself is invalid, and says what to do', () => {
    const asking = () => jsonSchemaOf(valibotCity, 'tool "weather"');
    expect(asking).toThrow(expect.objectContaining({ code: 'invalid', source: 'tool "weather"' }));
    expect(asking).toThrow(/tool "weather": the valibot schema .* jsonSchema/);
  });

  test('of a schema that has no JSON form is invalid, and says why', () => {
    const asking = () => jsonSchemaOf(z.object({ at: z.date() }), 'tool "weather"');
    expect(asking).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(asking).toThrow(/zod schema has no JSON Schema form: .*[Dd]ate/);
  });

  test('of a schema that is a function, as arktype makes them', () => {
    const callable = Object.assign(() => undefined, {
      '~standard': {
        version: 1,
        vendor: 'callable',
        validate: (value: unknown) => ({ value }),
        jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
      },
    } as const);
    expect(jsonSchemaOf(callable, 'x')).toEqual({ type: 'object' });
  });
});

test('a Standard Schema is told from a JSON Schema', () => {
  expect(isStandardSchema(zodCity)).toBe(true);
  expect(isStandardSchema(valibotCity)).toBe(true);
  expect(isStandardSchema(plainCity)).toBe(false);
});

test('the compiler knows what comes out of a schema', () => {
  expectTypeOf<SchemaOutput<typeof zodCity>>().toEqualTypeOf<{ city: string; days: number }>();
  expectTypeOf<SchemaOutput<typeof valibotCity>>().toEqualTypeOf<{ city: string; days: number }>();
  const described = toStandardJsonSchema(valibotCity);
  expectTypeOf<SchemaOutput<typeof described>>().toEqualTypeOf<{ city: string; days: number }>();
  expectTypeOf<SchemaOutput<typeof plainCity>>().toBeUnknown();
  const transformed = z.object({ at: z.string().transform((text) => text.length) });
  expectTypeOf<SchemaOutput<typeof transformed>>().toEqualTypeOf<{ at: number }>();
});

test("the specification's own types are ours, as far as ours go", () => {
  expectTypeOf<StandardSchemaV1<string, number>>().toExtend<StandardSchema<string, number>>();
  expectTypeOf<StandardSchemaV1<string, number> & StandardJSONSchemaV1<string, number>>().toExtend<
    StandardSchema<string, number>
  >();
  expectTypeOf<SchemaOutput<StandardSchemaV1<string, number>>>().toEqualTypeOf<number>();
});
