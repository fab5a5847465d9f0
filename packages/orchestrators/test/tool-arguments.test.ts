import { tool } from '@tako/core';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent } from '../src/index.js';
import { play, resultTexts } from './play.js';
import { callTools, finish, say, scriptedModel } from './scripted-model.js';

const jsonSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
  required: ['city'],
} as const;

/** The same tool by three kinds of schema; it gives back its input. */
const inputs = {
  zod: tool({
    name: 'weather',
    inputSchema: z.object({ city: z.string(), days: z.int().min(1).optional() }),
    execute: (input) => input,
  }),
  valibot: tool({
    name: 'weather',
    inputSchema: v.object({ city: v.string(), days: v.optional(v.pipe(v.number(), v.minValue(1))) }),
    jsonSchema,
    execute: (input) => input,
  }),
  'JSON Schema': tool({ name: 'weather', inputSchema: jsonSchema, execute: (input) => input }),
};

/** What the model reads after it called `weather` with these arguments. */
async function answerTo(args: string, weather: (typeof inputs)[keyof typeof inputs]): Promise<string | undefined> {
  const model = scriptedModel([callTools(['a', 'weather', args]), say('ok')]);
  const { result } = await play(new SingleAgent({ provider: model, tools: [weather] }), 'go');
  expect(result.stopReason).toBe('final');
  return resultTexts(result)[0];
}

for (const [kind, weather] of Object.entries(inputs)) {
  test(`${kind}: right arguments arrive`, async () => {
    expect(await answerTo('{"city":"Bergen","days":2}', weather)).toBe('{"city":"Bergen","days":2}');
  });

  test.each([
    ['{"city":1}', 'city'],
    ['{"city":"Bergen","days":0}', 'days'],
    ['{}', 'city'],
    ['[]', ''],
    ['null', ''],
    ['"Bergen"', ''],
  ])(`${kind}: %s is told to the model with what is wrong and the schema`, async (args, field) => {
    const told = await answerTo(args, weather);
    expect(told).toMatch(/^The arguments do not fit the schema: /);
    expect(told).toContain(field);
    expect(told).toContain(`The schema: ${JSON.stringify(weather.inputSchema)}`);
  });
}

test.each(['{"city":', 'city: Bergen', '{"city":"Bergen"} and more', '{city:"Bergen"}', '\u0000'])(
  'arguments that are not JSON (%j) are told to the model',
  async (args) => {
    expect(await answerTo(args, inputs.zod)).toMatch(/^The arguments are not valid JSON: /);
  },
);

test.each(['', ' ', '\n'])('no arguments (%j) are an empty object', async (args) => {
  const ping = tool({ name: 'weather', execute: (input) => input });
  const model = scriptedModel([callTools(['a', 'weather', args]), say('ok')]);
  const { result } = await play(new SingleAgent({ provider: model, tools: [ping] }), 'go');
  expect(resultTexts(result)).toEqual(['{}']);
});

test('no arguments for a tool that needs some are told to the model', async () => {
  expect(await answerTo('', inputs['JSON Schema'])).toContain('must have the property "city"');
});

test('arguments that were cut off before they began are not taken for none', async () => {
  const ran: unknown[] = [];
  const remove = tool({
    name: 'remove',
    inputSchema: z.object({ only: z.string().optional() }),
    execute: (input) => ran.push(input),
  });
  const cut = [
    { type: 'tool_call_start', index: 0, id: 'a', name: 'remove' },
    { type: 'tool_call_end', index: 0, arguments: '' },
    finish('length'),
  ] as const;
  const { result } = await play(new SingleAgent({ provider: scriptedModel([cut, say('ok')]), tools: [remove] }), 'go');
  expect(ran).toEqual([]);
  expect(result.messages[2]?.content).toMatchObject([{ toolCallId: 'a', isError: true }]);
});

test('a tool gets what its schema made of the arguments, not what the model wrote', async () => {
  const seen: unknown[] = [];
  const at = tool({
    name: 'at',
    inputSchema: z
      .object({ city: z.string().trim().default('Oslo'), extra: z.undefined().optional() })
      .transform((given) => ({
        ...given,
        upper: given.city.toUpperCase(),
      })),
    jsonSchema: { type: 'object' },
    execute: (input) => seen.push(input),
  });
  const model = scriptedModel([
    callTools(['a', 'at', '{"city":" Bergen ","unknown":1}'], ['b', 'at', '{}']),
    say('ok'),
  ]);
  await play(new SingleAgent({ provider: model, tools: [at] }), 'go');
  expect(seen).toEqual([
    { city: 'Bergen', upper: 'BERGEN' },
    { city: 'Oslo', upper: 'OSLO' },
  ]);
});

test('a schema that needs time is waited for', async () => {
  const known = tool({
    name: 'known',
    inputSchema: z.object({ city: z.string().refine((city) => Promise.resolve(city === 'Bergen'), 'not on the map') }),
    execute: () => 'here',
  });
  const model = scriptedModel([
    callTools(['a', 'known', '{"city":"Bergen"}'], ['b', 'known', '{"city":"Atlantis"}']),
    say('ok'),
  ]);
  const { result } = await play(new SingleAgent({ provider: model, tools: [known] }), 'go');
  expect(resultTexts(result)).toEqual(['here', expect.stringContaining('city: not on the map')]);
});

test('a schema that throws does not end the run', async () => {
  const broken = tool({
    name: 'broken',
    inputSchema: z.object({}).refine(() => {
      throw new Error('a bug in the schema');
    }),
    execute: () => 'never',
  });
  const model = scriptedModel([callTools(['a', 'broken', '{}']), say('ok')]);
  const { result } = await play(new SingleAgent({ provider: model, tools: [broken] }), 'go');
  expect(resultTexts(result)[0]).toContain('a bug in the schema');
});

test('keys of the prototype in arguments are data', async () => {
  const seen: unknown[] = [];
  const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => seen.push(input) });
  const model = scriptedModel([callTools(['a', 'echo', '{"__proto__":{"admin":true}}']), say('ok')]);
  await play(new SingleAgent({ provider: model, tools: [echo] }), 'go');
  expect((seen[0] as { admin?: unknown }).admin).toBeUndefined();
  expect({}).not.toHaveProperty('admin');
});
