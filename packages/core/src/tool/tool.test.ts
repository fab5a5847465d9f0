import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';

import { tool, type Tool, type ToolContext } from './tool.js';

const execute = () => 'warm';

describe('a tool', () => {
  test('of a zod schema shows JSON Schema to the model, and keeps the schema to validate with', () => {
    const inputSchema = z.object({ city: z.string() });
    const weather = tool({
      name: 'weather',
      description: 'Weather, now',
      inputSchema,
      strict: true,
      timeoutMs: 5,
      execute,
    });
    expect(weather).toMatchObject({
      name: 'weather',
      description: 'Weather, now',
      strict: true,
      timeoutMs: 5,
      execute,
    });
    expect(weather.inputSchema).toMatchObject({ type: 'object', properties: { city: { type: 'string' } } });
    expect(weather.schema).toBe(inputSchema);
  });

  test('of a valibot schema', () => {
    const described = toStandardJsonSchema(v.object({ city: v.string() }));
    expect(tool({ name: 'weather', inputSchema: described }).inputSchema).toMatchObject({
      type: 'object',
      required: ['city'],
    });
  });

  test('of a schema that cannot describe itself takes its JSON Schema from jsonSchema', () => {
    const inputSchema = v.object({ city: v.string() });
    const jsonSchema = { type: 'object', properties: { city: { type: 'string' } } };
    const weather = tool({ name: 'weather', inputSchema, jsonSchema });
    expect(weather.inputSchema).toBe(jsonSchema);
    expect(weather.schema).toBe(inputSchema);
    expect(() => tool({ name: 'weather', inputSchema })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('of a JSON Schema has no schema that validates by itself', () => {
    const inputSchema = { type: 'object', properties: {} } as const;
    const weather = tool({ name: 'weather', inputSchema });
    expect(weather.inputSchema).toBe(inputSchema);
    expect(weather.schema).toBeUndefined();
  });

  test('without a schema takes no arguments', () => {
    expect(tool({ name: 'now' }).inputSchema).toEqual({ type: 'object', properties: {}, additionalProperties: false });
  });

  test('without execute is one that the caller runs', () => {
    expect(tool({ name: 'confirm' }).execute).toBeUndefined();
  });
});

describe('is refused', () => {
  test.each(['', 'two words', 'a.b', 'a/b', 'wetter_für', 'name\n', 'x'.repeat(65), '__proto__ '])(
    'by the name %j',
    (name) => {
      expect(() => tool({ name, execute })).toThrow(expect.objectContaining({ code: 'invalid', retryable: false }));
    },
  );

  test.each(['a', 'A-z_09', 'x'.repeat(64)])('never by the name %j', (name) => {
    expect(tool({ name }).name).toBe(name);
  });

  test.each([
    ['a zod string', z.string()],
    ['a zod union', z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])],
    ['a JSON Schema of an array', { type: 'array' }],
    ['a JSON Schema of nothing in particular', {}],
    ['a JSON Schema of several types', { type: ['object', 'null'] }],
  ])('for arguments that are no object: %s', (_, inputSchema) => {
    expect(() => tool({ name: 'weather', inputSchema })).toThrow(/tool "weather": .*type object/);
  });
});

test('the compiler knows the arguments of execute', () => {
  tool({
    name: 'zod',
    inputSchema: z.object({ city: z.string(), days: z.number().default(1) }),
    execute: (input, context) => {
      expectTypeOf(input).toEqualTypeOf<{ city: string; days: number }>();
      expectTypeOf(context).toEqualTypeOf<ToolContext>();
      return input.city;
    },
  });
  tool({
    name: 'valibot',
    inputSchema: v.object({ city: v.string() }),
    jsonSchema: { type: 'object' },
    execute: (input) => {
      expectTypeOf(input).toEqualTypeOf<{ city: string }>();
    },
  });
  tool({
    name: 'json',
    inputSchema: { type: 'object' },
    execute: (input) => {
      expectTypeOf(input).toBeUnknown();
    },
  });
  tool({
    name: 'none',
    execute: (input) => {
      expectTypeOf(input).toBeUnknown();
    },
  });
  expectTypeOf(
    tool({ name: 'any', inputSchema: z.object({ a: z.string() }), execute: ({ a }) => a }),
  ).toEqualTypeOf<Tool>();
  const options = { name: 'wrong', inputSchema: z.object({ a: z.string() }) };
  // @ts-expect-error: the schema gives no `b`
  expect(tool({ ...options, execute: ({ b }) => b as unknown }).name).toBe('wrong');
});
