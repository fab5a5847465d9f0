import fc from 'fast-check';
import { chunks, say, scriptedProvider, usage } from '@tako/testing';
import { SingleAgent } from '@tako/orchestrators';
import { expect, test } from 'vitest';

import { serving } from './serving.js';

/** `FUZZ_MS=600000` for a long run, which tells what it saw; `FUZZ_SEED` for other requests. */
const runMs = Number(process.env['FUZZ_MS'] ?? 3_000);

/** Mostly what belongs there, now and then anything at all. */
const odd = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 1 });

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'Hello', '\ud83d', '\u0000', '{{7*7}}', 'x'.repeat(5_000)),
);
const name = fc.constantFrom('look', 'look', 'a-b', '../x', '', '__proto__', 'constructor');
const id = fc.constantFrom('c1', 'c1', 'c2', '', 'toString');
const model = odd(fc.constantFrom('provider', 'agent', 'provider', 'nope', 'agent?calls=3', '__proto__', ''));
const record = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.record(fields, { requiredKeys: [] });

const schema = odd(
  fc.constantFrom({ type: 'object' }, { type: 'object', properties: { a: { $ref: '#' } } }, { pattern: '^(a+)+$' }),
);
const toolCall = record({
  id: odd(id),
  type: odd(fc.constant('function')),
  function: odd(record({ name: odd(name), arguments: odd(fc.constantFrom('{}', '{', 'null', '{"a":1}')) })),
});
const part = fc.oneof(
  record({ type: odd(fc.constant('text')), text: odd(text) }),
  record({
    type: fc.constant('image_url'),
    image_url: odd(record({ url: odd(fc.constantFrom('data:image/png;base64,AA==', 'file:///etc/passwd', 'x')) })),
  }),
  record({ type: odd(fc.constantFrom('input_audio', 'file', 'refusal')) }),
);
const message = record({
  role: odd(fc.constantFrom('system', 'developer', 'user', 'user', 'assistant', 'tool')),
  content: odd(fc.oneof(text, fc.array(odd(part), { maxLength: 3 }), fc.constant(null))),
  tool_calls: odd(fc.array(odd(toolCall), { maxLength: 3 })),
  tool_call_id: odd(id),
  name: odd(name),
});
const common = {
  stream: odd(fc.boolean()),
  temperature: odd(fc.double({ noNaN: true, min: -1, max: 3 })),
  top_p: odd(fc.double({ noNaN: true, min: -1, max: 2 })),
  metadata: odd(fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 })),
  parallel_tool_calls: odd(fc.boolean()),
  user: odd(text),
};
const chat = record({
  ...common,
  model,
  messages: odd(fc.array(odd(message), { maxLength: 4 })),
  max_tokens: odd(fc.integer({ min: -1, max: 10_000 })),
  max_completion_tokens: odd(fc.integer({ min: 1, max: 10_000 })),
  stop: odd(fc.oneof(text, fc.array(text, { maxLength: 5 }))),
  n: odd(fc.constant(1)),
  seed: odd(fc.integer()),
  reasoning_effort: odd(fc.constantFrom('low', 'high', 'none')),
  response_format: odd(
    fc.oneof(
      fc.constant({ type: 'text' }),
      record({ type: fc.constant('json_schema'), json_schema: odd(record({ name: odd(name), schema })) }),
    ),
  ),
  tools: odd(
    fc.array(
      odd(
        record({ type: odd(fc.constant('function')), function: odd(record({ name: odd(name), parameters: schema })) }),
      ),
      { maxLength: 3 },
    ),
  ),
  tool_choice: odd(fc.constantFrom('auto', 'none', 'required')),
  stream_options: odd(record({ include_usage: odd(fc.boolean()) })),
});
const item = fc.oneof(
  message,
  record({ type: fc.constant('function_call'), call_id: odd(id), name: odd(name), arguments: odd(fc.constant('{}')) }),
  record({ type: fc.constant('function_call_output'), call_id: odd(id), output: odd(text) }),
  record({
    type: odd(fc.constantFrom('reasoning', 'item_reference', 'wizardry')),
    id: odd(id),
    encrypted_content: odd(text),
  }),
);
const response = record({
  ...common,
  model,
  input: odd(fc.oneof(text, fc.array(odd(item), { maxLength: 4 }))),
  instructions: odd(text),
  max_output_tokens: odd(fc.integer({ min: -1, max: 10_000 })),
  previous_response_id: odd(fc.constantFrom('resp_1', 'x')),
  store: odd(fc.boolean()),
  text: odd(
    record({ format: odd(record({ type: odd(fc.constantFrom('text', 'json_schema')), name: odd(name), schema })) }),
  ),
  tools: odd(
    fc.array(odd(record({ type: odd(fc.constant('function')), name: odd(name), parameters: schema })), {
      maxLength: 3,
    }),
  ),
  reasoning: odd(record({ effort: odd(fc.constantFrom('low', 'high')) })),
});
const request = fc.tuple(
  fc.constantFrom('/v1/chat/completions', '/v1/responses'),
  fc.oneof(chat, response),
  fc.boolean(),
);

/** The JSON of a request; some texts are cut off, or have a key twice. */
function written(body: unknown, isBroken: boolean): string {
  const json = JSON.stringify(body) ?? '';
  if (!isBroken) return json;
  return json.length % 2 === 0 ? json.slice(0, json.length >> 1) : json.replace('{', '{"model":7,');
}

/** Whether an answer is an error in OpenAI's shape. A stream is none. */
function isErrorBody(said: string): boolean {
  if (!said.startsWith('{')) return false;
  const { error } = JSON.parse(said) as { readonly error?: { readonly message?: unknown } | null };
  return typeof error?.message === 'string';
}

test('whatever is asked, the server answers, and no failure is its own', { timeout: runMs + 60_000 }, async () => {
  const provider = scriptedProvider(
    () => [chunks('Hi there', 2), say('.'), usage({ inputTokens: 1, outputTokens: 1 })],
    {
      keepCalls: false,
    },
  );
  let running = 0;
  const { ask, log } = await serving(
    { provider, agent: new SingleAgent({ provider }) },
    { logger: (entry) => void (entry.status === undefined || (running += entry.status >= 500 ? 1 : 0)) },
  );
  const seed = Number(process.env['FUZZ_SEED'] ?? 1);
  const untilMs = performance.now() + runMs;
  const statuses = new Map<number, number>();
  const rssBefore = process.memoryUsage().rss;
  const property = fc.asyncProperty(request, fc.integer({ min: 0, max: 9 }), async ([path, body], breaks) => {
    const answer = await ask(path, written(body, breaks === 0));
    const said = await answer.text();
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    expect(answer.status, said).toBeLessThan(500);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    expect(isErrorBody(said)).toBe(answer.status !== 200);
  });
  await fc.assert(property, {
    seed,
    numRuns: Infinity,
    interruptAfterTimeLimit: untilMs - performance.now(),
    endOnFailure: runMs > 10_000,
  });
  if (runMs > 10_000) {
    const growth = (process.memoryUsage().rss / rssBefore - 1) * 100;
    console.info(`seed ${seed}: ${JSON.stringify([...statuses])}, RSS ${growth.toFixed(0)} % more`);
  }
  expect(statuses.get(200)).toBeGreaterThan(0);
  expect(running).toBe(0);
  expect(log).toEqual([]);
});
