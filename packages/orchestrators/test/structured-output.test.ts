import { tool, user, type Capabilities, type RunEvent } from '@tako/core';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent, structuredOutput } from '../src/index.js';
import { only, play, playToFailure, resultTexts } from './play.js';
import { callTools, finish, say, scriptedModel, text, toolCallEvents } from './scripted-model.js';

const weather = z.object({ city: z.string(), celsius: z.number() });
const answer = '{"city":"Bergen","celsius":7}';
const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => input });
const noSchema: Partial<Capabilities> = { structuredOutput: 'no' };
const noSchemaWithTools: Partial<Capabilities> = { structuredOutputWithTools: 'no' };
const wordsOnly: Partial<Capabilities> = { structuredOutput: 'no', tools: 'no' };

function partials(events: readonly RunEvent[]): string[] {
  return only(events, 'output_partial').map(({ output }) => JSON.stringify(output));
}

test('by the vendor’s schema: asked for in the request, read, validated, typed', async () => {
  const provider = scriptedModel([say(answer)]);
  const { result, events } = await play(new SingleAgent({ provider, output: structuredOutput(weather) }), 'go');
  const output: { city: string; celsius: number } | undefined = result.output;
  expect(output).toEqual({ city: 'Bergen', celsius: 7 });
  expect(provider.requests[0]).toMatchObject({
    responseFormat: { type: 'json_schema', name: 'output', schema: { type: 'object', required: ['city', 'celsius'] } },
    tools: undefined,
  });
  expect(only(events, 'warning')).toEqual([]);
});

test('a plain JSON Schema works too', async () => {
  const output = { type: 'object', properties: { n: { type: 'string' } }, required: ['n'] };
  const provider = scriptedModel([say('{"n":1}'), say('{"n":"x"}')]);
  expect((await play(new SingleAgent({ provider, output: structuredOutput(output) }), 'go')).result).toMatchObject({
    output: { n: 'x' },
    steps: 2,
  });
});

test('the output is what the schema makes of the answer', async () => {
  const output = z.object({ at: z.string() }).transform(({ at }) => ({ at: at.toUpperCase(), seen: true }));
  const { result } = await play(
    new SingleAgent({ provider: scriptedModel([say('{"at":"oslo"}')]), output: structuredOutput(output) }),
    'go',
  );
  expect(result.output).toEqual({ at: 'OSLO', seen: true });
});

test.each([
  ['in a fence', `Here it is:\n\`\`\`json\n${answer}\n\`\`\`\nAnything else?`],
  ['in the middle of words', `The weather is ${answer}.`],
  ['with blanks around', `\n  ${answer}\n`],
])('JSON %s is read', async (_, said) => {
  const { result } = await play(
    new SingleAgent({ provider: scriptedModel([say(said)]), output: structuredOutput(weather) }),
    'go',
  );
  expect(result.output).toEqual({ city: 'Bergen', celsius: 7 });
});

test('by the tool: a warning tells of the downgrade, and its call ends the run', async () => {
  const provider = scriptedModel([callTools(['a', 'final_answer', answer])], { capabilities: noSchema });
  const { result, events } = await play(new SingleAgent({ provider, output: structuredOutput(weather) }), 'go');
  expect(result).toMatchObject({ stopReason: 'final', steps: 1, output: { city: 'Bergen', celsius: 7 } });
  expect(only(events, 'warning')).toMatchObject([{ code: 'downgraded_output', step: 0 }]);
  expect(provider.requests[0]?.responseFormat).toBeUndefined();
  expect(provider.requests[0]?.tools).toMatchObject([
    { name: 'final_answer', inputSchema: { required: ['city', 'celsius'] } },
  ]);
  expect(
    result.messages.map(({ role }) => role),
    'the call is answered, as vendors want',
  ).toEqual(['user', 'assistant', 'tool']);
});

test('output together with tools, where the vendor cannot do both: planned beforehand, not tried', async () => {
  const provider = scriptedModel([callTools(['a', 'echo', '{"n":1}']), callTools(['b', 'final_answer', answer])], {
    capabilities: noSchemaWithTools,
  });
  const { result, events } = await play(
    new SingleAgent({ provider, output: structuredOutput(weather), tools: [echo] }),
    'go',
  );
  expect(result).toMatchObject({ stopReason: 'final', steps: 2, output: { city: 'Bergen' } });
  expect(provider.requests.map(({ tools = [] }) => tools.map(({ name }) => name))).toEqual([
    ['echo', 'final_answer'],
    ['echo', 'final_answer'],
  ]);
  expect(only(events, 'warning').map(({ step }) => step)).toEqual([0, 1]);
});

test('output together with tools, where the vendor can', async () => {
  const provider = scriptedModel([callTools(['a', 'echo']), say(answer)]);
  const { result } = await play(new SingleAgent({ provider, output: structuredOutput(weather), tools: [echo] }), 'go');
  expect(result.output).toEqual({ city: 'Bergen', celsius: 7 });
  expect(provider.requests.map(({ responseFormat }) => responseFormat?.type)).toEqual(['json_schema', 'json_schema']);
});

test('a model that should hand in by the tool and says it in words is understood', async () => {
  const provider = scriptedModel([say(answer)], { capabilities: noSchema });
  expect(
    (await play(new SingleAgent({ provider, output: structuredOutput(weather) }), 'go')).result.output,
  ).toMatchObject({ city: 'Bergen' });
});

test('in words: the schema is in the request, a warning tells of it', async () => {
  const provider = scriptedModel([say(answer)], { capabilities: wordsOnly });
  const { result, events } = await play(
    new SingleAgent({ provider, output: structuredOutput(weather), system: 'Be brief.' }),
    'go',
  );
  expect(result.output).toEqual({ city: 'Bergen', celsius: 7 });
  expect(JSON.stringify(provider.requests[0]?.messages[0])).toContain('celsius');
  expect(provider.requests[0]?.messages.at(-1)).toMatchObject({ role: 'user' });
  expect(provider.requests[0]?.tools).toBeUndefined();
  expect(only(events, 'warning')).toMatchObject([{ code: 'downgraded_output' }]);
  expect(result.messages, 'our words are not part of the conversation').toHaveLength(2);
});

test.each([
  ['an array', z.array(z.number()), '[1,2]', [1, 2]],
  ['a text', z.string(), '"x"', 'x'],
  ['a number', z.number(), '0', 0],
  ['a flag', z.boolean(), 'false', false],
  ['null', z.null(), 'null', null],
  ['a choice', z.enum(['a', 'b']), '"b"', 'b'],
  ['something or null', z.string().nullable(), 'null', null],
  [
    'a union of objects',
    z.union([z.object({ value: z.number() }), z.object({ error: z.string() })]),
    '{"value":5}',
    { value: 5 },
  ],
])('%s at the root travels in an object', async (_, output, json, value) => {
  for (const [capabilities, script] of [
    [{}, say(`{"value":${json}}`)],
    [noSchema, callTools(['a', 'final_answer', `{"value":${json}}`])],
    [wordsOnly, say(`{"value":${json}}`)],
  ] as const) {
    const provider = scriptedModel([script], { capabilities });
    const { result } = await play(new SingleAgent({ provider, output: structuredOutput(output) }), 'go');
    expect(result.output).toEqual(value);
    const [{ tools: [handIn] = [], responseFormat } = {}] = provider.requests;
    const schema =
      responseFormat?.type === 'json_schema' ? responseFormat.schema : (handIn?.inputSchema ?? { type: 'object' });
    expect(schema).toMatchObject({ type: 'object' });
  }
});

test('references in a schema that travels in an object still point to something', async () => {
  const node: z.ZodType = z.lazy(() => z.object({ name: z.string(), children: z.array(node) }));
  const provider = scriptedModel([say('{"value":[{"name":"a","children":[]}]}')]);
  const { result } = await play(new SingleAgent({ provider, output: structuredOutput(z.array(node)) }), 'go');
  expect(result.output).toEqual([{ name: 'a', children: [] }]);
  const format = provider.requests[0]?.responseFormat;
  if (format?.type !== 'json_schema') throw new Error('no schema was asked for');
  const references = [...JSON.stringify(format.schema).matchAll(/"\$ref":"#([^"]*)"/g)].map(
    ([, pointer = '']) => pointer,
  );
  expect(references.length).toBeGreaterThan(0);
  for (const pointer of references) {
    const found = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((at, key) => Object(at)[key], format.schema);
    expect(found, pointer).toBeDefined();
    expect(pointer, 'the wrapper is not part of the schema').not.toBe('');
  }
});

test('an output that does not fit is repaired by the model', async () => {
  const provider = scriptedModel([say('{"city":"Bergen"}'), say('I am sorry.'), say(answer)]);
  const { result } = await play(new SingleAgent({ provider, output: structuredOutput(weather) }), 'go');
  expect(result).toMatchObject({ output: { city: 'Bergen', celsius: 7 }, steps: 3, stopReason: 'final' });
  expect(JSON.stringify(provider.requests[1]?.messages.at(-1))).toContain('celsius');
  expect(JSON.stringify(provider.requests[2]?.messages.at(-1))).toContain('not JSON');
  expect(result.usage).toEqual({ inputTokens: 30, outputTokens: 15 });
});

test('by the tool, an output that does not fit is repaired too', async () => {
  const provider = scriptedModel(
    [callTools(['a', 'final_answer', '{"city":1}']), callTools(['b', 'final_answer', answer])],
    {
      capabilities: noSchema,
    },
  );
  const { result } = await play(new SingleAgent({ provider, output: structuredOutput(weather) }), 'go');
  expect(result.output).toEqual({ city: 'Bergen', celsius: 7 });
  expect(resultTexts(result)[0]).toContain('celsius');
});

test.each([
  ['in words', {}, say('no')],
  ['by the tool', noSchema, callTools(['a', 'final_answer', '{}'])],
])(
  'no more repairs than allowed, %s: malformed_response, with all that was used and a state',
  async (_, capabilities, bad) => {
    for (const maxOutputRepairs of [0, 1, 2]) {
      const provider = scriptedModel(
        Array.from({ length: 9 }, () => bad),
        { capabilities },
      );
      const agent = new SingleAgent({ provider, output: structuredOutput(weather), maxOutputRepairs });
      const { error } = await playToFailure(agent, 'go');
      expect(error.code).toBe('malformed_response');
      expect(provider.requests).toHaveLength(maxOutputRepairs + 1);
      expect(error.partial).toMatchObject({
        usage: { inputTokens: 10 * (maxOutputRepairs + 1) },
        state: { version: 1 },
      });
    }
  },
);

test('repairs are steps: maxSteps ends them', async () => {
  const provider = scriptedModel([say('no'), say('no')]);
  const { result } = await play(new SingleAgent({ provider, output: structuredOutput(weather), maxSteps: 1 }), 'go');
  expect(result).toMatchObject({ stopReason: 'max_steps', output: undefined, steps: 1 });
});

test('a hand-in at the last step counts', async () => {
  const provider = scriptedModel([callTools(['a', 'echo']), callTools(['b', 'final_answer', answer])], {
    capabilities: noSchema,
  });
  const { result } = await play(
    new SingleAgent({ provider, output: structuredOutput(weather), tools: [echo], maxSteps: 2 }),
    'go',
  );
  expect(result).toMatchObject({ stopReason: 'final', output: { city: 'Bergen' } });
});

test.each([
  ['by the vendor', {}, [...[...answer].map((letter) => text(letter)), finish()]],
  ['in words', wordsOnly, [...[...answer].map((letter) => text(letter)), finish()]],
  [
    'by the tool',
    noSchema,
    [
      { type: 'tool_call_start', index: 0, id: 'a', name: 'final_answer' } as const,
      ...[...answer].map((letter) => ({ type: 'tool_call_delta', index: 0, argumentsDelta: letter }) as const),
      { type: 'tool_call_end', index: 0, arguments: answer } as const,
      finish('tool_calls'),
    ],
  ],
])('the output grows while it arrives, %s', async (_, capabilities, script) => {
  const provider = scriptedModel([script], { capabilities });
  const { events } = await play(new SingleAgent({ provider, output: structuredOutput(weather) }), 'go');
  const grown = partials(events);
  expect(new Set(grown)).toEqual(
    new Set([
      '{}',
      '{"city":""}',
      '{"city":"B"}',
      '{"city":"Be"}',
      '{"city":"Ber"}',
      '{"city":"Berg"}',
      '{"city":"Berge"}',
      '{"city":"Bergen"}',
      '{"city":"Bergen","celsius":7}',
    ]),
  );
  expect(grown.at(-1)).toBe(answer);
});

test('a partial output at a root that is no object is told without its wrapper', async () => {
  const provider = scriptedModel([[text('{"value":[1'), text(',2'), text(']}'), finish()]]);
  const { events } = await play(new SingleAgent({ provider, output: structuredOutput(z.array(z.number())) }), 'go');
  expect(partials(events)).toEqual(['[]', '[1]', '[1,2]']);
});

test('arguments of other tools are no partial output', async () => {
  const provider = scriptedModel(
    [
      [
        ...toolCallEvents([
          ['a', 'echo', '{"city":"Oslo"}'],
          ['b', 'final_answer', answer],
        ]),
        finish('tool_calls'),
      ],
    ],
    { capabilities: noSchema },
  );
  const { events, result } = await play(
    new SingleAgent({ provider, output: structuredOutput(weather), tools: [echo] }),
    'go',
  );
  expect(partials(events).join()).not.toContain('Oslo');
  expect(result.output).toEqual({ city: 'Bergen', celsius: 7 });
});

test('a hand-in without arguments is an empty object, as for any tool', async () => {
  const provider = scriptedModel([callTools(['a', 'final_answer', ''])], { capabilities: noSchema });
  const { result } = await play(
    new SingleAgent({ provider, output: structuredOutput(z.object({ n: z.number().optional() })) }),
    'go',
  );
  expect(result).toMatchObject({ stopReason: 'final', output: {}, steps: 1 });
});

test.each([
  ['the tool', noSchema, callTools(['a', 'final_answer', answer])],
  ['words', wordsOnly, say(answer)],
])('a response format of the caller’s request does not get in the way of %s', async (_, capabilities, script) => {
  const provider = scriptedModel([script], { capabilities });
  const request = { messages: [user('go')], responseFormat: { type: 'json_schema', name: 'x', schema: {} } } as const;
  await play(new SingleAgent({ provider, output: structuredOutput(weather) }), request);
  expect(provider.requests[0]?.responseFormat).toBeUndefined();
});

test('arguments of a tool that stand where a hand-in stood one step before are no partial output', async () => {
  const provider = scriptedModel(
    [
      callTools(['a', 'final_answer', '{"city":1}']),
      callTools(['b', 'echo', '{"city":"Oslo"}']),
      callTools(['c', 'final_answer', answer]),
    ],
    { capabilities: noSchema },
  );
  const { events } = await play(new SingleAgent({ provider, output: structuredOutput(weather), tools: [echo] }), 'go');
  expect(partials(events).length).toBeGreaterThan(0);
  expect(partials(events).join()).not.toContain('Oslo');
});

test('length and content_filter end a run without output', async () => {
  for (const reason of ['length', 'content_filter'] as const) {
    const { result } = await play(
      new SingleAgent({ provider: scriptedModel([say('{"city":', reason)]), output: structuredOutput(weather) }),
      'go',
    );
    expect(result).toMatchObject({ stopReason: reason, output: undefined });
  }
});

test('without an output schema there is none', async () => {
  expect((await new SingleAgent({ provider: scriptedModel([say(answer)]) }).run('go')).output).toBeUndefined();
});

test('runs of one agent do not share what was handed in', async () => {
  const provider = scriptedModel([callTools(['a', 'final_answer', answer]), say('no')], { capabilities: noSchema });
  const agent = new SingleAgent({ provider, output: structuredOutput(weather), maxOutputRepairs: 0 });
  expect((await agent.run('go')).output).toEqual({ city: 'Bergen', celsius: 7 });
  expect((await playToFailure(agent, 'go')).error.code).toBe('malformed_response');
});

test('objects of a library are asked for closed, those of a JSON Schema as they are', async () => {
  const open = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } as const;
  const schemas = await Promise.all(
    [z.object({ a: z.string() }), open].map(async (schema) => {
      const provider = scriptedModel([say('{"a":"b"}')]);
      await new SingleAgent({ provider, output: structuredOutput(schema) }).run('go');
      const format = provider.requests[0]?.responseFormat;
      return format?.type === 'json_schema' ? format.schema : undefined;
    }),
  );
  expect(schemas).toEqual([expect.objectContaining({ ...open, additionalProperties: false }), open]);
});
