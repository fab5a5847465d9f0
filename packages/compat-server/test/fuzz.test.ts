import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { JsonObject, JsonValue } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { chunks, scriptedProvider, usage } from '@tako/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { serving } from './serving.js';

/** `FUZZ_MS=600000` for a long run, which tells what it saw; `FUZZ_SEED` for other requests. */
const runMs = Number(process.env['FUZZ_MS'] ?? 3_000);
const isLong = runMs > 10_000;

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void; // what the flag brings

const heapMb = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

const look = { name: 'look', parameters: { type: 'object', properties: { a: { type: 'string', pattern: '^a+$' } } } };
const called = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":"a"}' } };
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };
const schema = { name: 'x', schema: { type: 'object', properties: {} } };

/** Requests that are in order, each with much in it that can be put out of order. */
const inOrder: readonly (readonly [path: string, body: JsonObject])[] = [
  ['/v1/chat/completions', { model: 'provider', messages: [{ role: 'user', content: 'Hi' }] }],
  [
    '/v1/chat/completions',
    {
      model: 'agent',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }, picture] },
        { role: 'assistant', content: null, tool_calls: [called] },
        { role: 'tool', tool_call_id: 'c1', content: 'seen' },
      ],
      tools: [{ type: 'function', function: look }],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      temperature: 0.5,
      top_p: 0.9,
      max_completion_tokens: 100,
      stop: ['x'],
      seed: 7,
      n: 1,
      metadata: { team: 'desk' },
      response_format: { type: 'json_schema', json_schema: schema },
      stream_options: { include_usage: true },
      stream: true,
    },
  ],
  ['/v1/responses', { model: 'provider', input: 'Hi', store: false }],
  [
    '/v1/responses',
    {
      model: 'agent',
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"a":"a"}' },
        { type: 'function_call_output', call_id: 'c1', output: 'seen' },
      ],
      tools: [{ type: 'function', ...look }],
      text: { format: { type: 'text' } },
      reasoning: { effort: 'low' },
      max_output_tokens: 100,
      store: false,
      stream: true,
    },
  ],
];

const strange = fc.oneof(
  fc.constantFrom<JsonValue>(
    '',
    'x'.repeat(5_000),
    '\ud83d',
    '\u0000',
    '__proto__',
    'nope',
    'agent?calls=3',
    '^(a+)+$',
  ),
  fc.constantFrom<JsonValue>(null, true, -1, 0, 1.5, 1e300, [], {}, [[]], { type: 'wizardry' }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>, // what it says it makes
);
const change = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'remove', 'repeat'),
  value: strange,
});
const request = fc.tuple(fc.constantFrom(...inOrder), fc.array(change, { maxLength: 3 }), fc.nat({ max: 19 }));

type Change = typeof change extends fc.Arbitrary<infer Made> ? Made : never;

/** The same with something at one of its places replaced, left out or there twice. */
function changed(body: JsonValue, { place, how, value }: Change): JsonValue {
  const copy = structuredClone(body);
  const places: (readonly [holder: Record<string, JsonValue> | JsonValue[], key: string])[] = [];
  const walk = (holder: JsonValue | undefined): void => {
    if (typeof holder !== 'object' || holder === null) return;
    for (const [key, inner] of Object.entries(holder)) {
      places.push([holder as Record<string, JsonValue> | JsonValue[], key]); // a copy of our own
      walk(inner);
    }
  };
  walk(copy);
  const [holder, key] = places[place % places.length] ?? [];
  if (holder === undefined || key === undefined) return value;
  if (Array.isArray(holder)) {
    if (how === 'replace') holder[Number(key)] = value;
    else
      holder.splice(Number(key), how === 'remove' ? 1 : 0, ...(how === 'remove' ? [] : [holder[Number(key)] ?? null]));
  } else if (how === 'remove') delete holder[key];
  else holder[how === 'repeat' ? `${key}_` : key] = value;
  return copy;
}

/** The JSON of a request; now and then it is cut off, or has a key twice. */
function written(body: JsonValue, chance: number): string {
  const json = JSON.stringify(body);
  if (chance === 0) return json.slice(0, json.length >> 1);
  return chance === 1 ? json.replace('{', '{"model":7,') : json;
}

/** Whether an answer is an error in OpenAI's shape. A stream is none. */
function isErrorBody(said: string): boolean {
  if (!said.startsWith('{')) return false;
  const { error } = JSON.parse(said) as { readonly error?: { readonly message?: unknown } | null };
  return typeof error?.message === 'string';
}

test('whatever is asked, the server answers, and no failure is its own', { timeout: runMs + 60_000 }, async () => {
  const provider = scriptedProvider(() => [chunks('Hi there', 2), usage({ inputTokens: 1, outputTokens: 1 })], {
    keepCalls: false,
  });
  const targets = { provider, agent: new SingleAgent({ provider }) };
  const { ask } = await serving(targets, { logger: () => undefined, metrics: true });
  const statuses = new Map<number, number>();
  const property = fc.asyncProperty(request, async ([[path, body], changes, chance]) => {
    const answer = await ask(path, written(changes.reduce<JsonValue>(changed, body), chance));
    const said = await answer.text();
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    expect(answer.status, said).toBeLessThan(500);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    expect(isErrorBody(said)).toBe(answer.status !== 200);
  });
  const seed = Number(process.env['FUZZ_SEED'] ?? 1);
  const untilMs = performance.now() + runMs;
  const before = heapMb();
  // In rounds: what fast-check keeps of a run grows with it.
  for (let round = 0; performance.now() < untilMs; round++) {
    await fc.assert(property, { seed: seed + round, numRuns: 200, endOnFailure: isLong });
  }
  const grownMb = heapMb() - before;
  if (isLong) console.info(`seed ${seed}: ${JSON.stringify([...statuses])}, heap ${grownMb.toFixed(1)} MB more`);
  expect(grownMb).toBeLessThan(50);
  expect(statuses.get(200)).toBeGreaterThan((statuses.get(400) ?? 0) / 10);
  expect(await (await ask('/metrics')).text()).toContain('tako_server_in_flight 0');
});
