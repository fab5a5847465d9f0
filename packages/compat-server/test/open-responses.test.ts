import type { Orchestrator, Provider } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { callTool, chunks, fail, finish, say, scriptedProvider, think, usage } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { eventProblems, responseProblems } from './open-responses-rules.js';
import { framesOf, serving } from './serving.js';

const image = 'data:image/png;base64,iVBORw0KGgo=';
const user = (content: unknown) => ({ type: 'message', role: 'user', content });
const assistant = (content: string, more: object = {}) => ({ type: 'message', role: 'assistant', content, ...more });
const parameters = { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] };
const getWeather = { type: 'function', name: 'get_weather', description: 'The weather of a place, now', parameters };

/** The scenarios of the compliance runner over HTTP; compaction and the WebSocket are not offered. */
const scenarios: Readonly<Record<string, { readonly body: object; readonly type?: string }>> = {
  'basic text': { body: { input: [user('Say hello in exactly 3 words.')] } },
  'a text in place of items': { body: { input: 'Say hello.' } },
  'phases of the assistant': {
    body: {
      input: [
        assistant('I look it up.', { phase: 'commentary' }),
        assistant('Four.', { phase: 'final_answer' }),
        user('Repeat only the number.'),
      ],
    },
  },
  'a system prompt': {
    body: { input: [{ type: 'message', role: 'system', content: 'You are a pirate.' }, user('Say hello.')] },
  },
  'tool calling': {
    body: { input: [user('What is the weather like in San Francisco?')], tools: [getWeather] },
    type: 'function_call',
  },
  'a tool without words': {
    body: { input: 'Weather?', tools: [{ type: 'function', name: 'get_weather' }], tool_choice: 'required' },
    type: 'function_call',
  },
  'image input': {
    body: {
      input: [
        user([
          { type: 'input_text', text: 'What is it?' },
          { type: 'input_image', image_url: image },
        ]),
      ],
    },
  },
  'more turns': { body: { input: [user('My name is Alice.'), assistant('Hello Alice!'), user('What is my name?')] } },
  'all parameters': {
    body: {
      input: 'Hi',
      instructions: 'Be brief.',
      temperature: 0.3,
      top_p: 0.5,
      max_output_tokens: 100,
      reasoning: { effort: 'low' },
      metadata: { team: 'x' },
      text: { format: { type: 'json_object' } },
      store: false,
    },
  },
};

function model(): Provider {
  return scriptedProvider(
    ({ tools = [] }) => {
      const spent = usage({ inputTokens: 7, outputTokens: 5 });
      return tools.length > 0
        ? [callTool('get_weather', { location: 'San Francisco, CA' }), spent]
        : [chunks('"Hello there, friend."', 4), spent];
    },
    { keepCalls: false },
  );
}

interface Said {
  readonly status: string;
  readonly completed_at: number | null;
  readonly output: readonly { readonly type: string }[];
}

/** The events of a stream, of which each is as it must be, and its last response. */
async function streamed(response: Response): Promise<{ readonly types: string[]; readonly last: Said | undefined }> {
  const events = (await framesOf(response)).map(
    (frame) => JSON.parse(frame.slice(frame.indexOf('data: ') + 6)) as { type: string; response?: Said },
  );
  expect(events.flatMap(eventProblems)).toEqual([]);
  return { types: events.map(({ type }) => type), last: events.findLast((event) => event.response)?.response };
}

const targets: Readonly<Record<string, () => Provider | Orchestrator>> = {
  'a provider': model,
  'an agent': () => new SingleAgent({ provider: model() }),
};

describe.each(Object.keys(targets))('%s', (name) => {
  test.each(Object.keys(scenarios))('%s, in one and streamed', async (scenario) => {
    const { body = {}, type = 'message' } = scenarios[scenario] ?? {};
    const { ask } = await serving({ tako: targets[name]?.() ?? model() });
    const wholeAnswer = await ask('/v1/responses', { model: 'tako', ...body });
    expect(wholeAnswer.status).toBe(200);
    const whole = (await wholeAnswer.json()) as Said;
    expect(responseProblems(whole)).toEqual([]);
    expect(whole.status).toBe('completed');
    expect(whole.output.map((item) => item.type)).toContain(type);
    expect(Math.abs((whole.completed_at ?? 0) * 1_000 - Date.now())).toBeLessThan(60_000);

    const { types, last } = await streamed(await ask('/v1/responses', { model: 'tako', stream: true, ...body }));
    expect(types.slice(0, 3)).toEqual(['response.created', 'response.in_progress', 'response.output_item.added']);
    expect(types.at(-1)).toBe('response.completed');
    expect(last?.output.map((item) => item.type)).toEqual(whole.output.map((item) => item.type));
    const delta = type === 'message' ? 'response.output_text.delta' : 'response.function_call_arguments.delta';
    expect(types).toContain(delta);
    expect(types).toContain(delta.replace('.delta', '.done'));
  });
});

test.each([
  ['thoughts', () => [think('hm'), say('Hi')], 'response.completed'],
  ['an answer that is cut off', () => [say('Hi'), finish('length')], 'response.incomplete'],
  ['a failure after the first word', () => [say('Hi'), fail('transport')], 'error'],
] as const)('%s, streamed', async (_, reply, end) => {
  const { ask } = await serving({ tako: scriptedProvider(reply) });
  const { types } = await streamed(await ask('/v1/responses', { model: 'tako', input: 'Hi', stream: true }));
  expect(types.at(-1)).toBe(end);
});

test('what goes on from a response names it', async () => {
  const { ask } = await serving({ tako: model() });
  const first = (await (await ask('/v1/responses', { model: 'tako', input: 'Hi' })).json()) as { readonly id: string };
  const asked = { model: 'tako', input: 'Again', previous_response_id: first.id };
  const second: unknown = await (await ask('/v1/responses', asked)).json();
  expect(responseProblems(second)).toEqual([]);
  expect(second).toMatchObject({ previous_response_id: first.id });
});

test('the rules see what is wrong', () => {
  expect(responseProblems({ id: 'resp_1', output: [{ type: 'message' }] })).toEqual(
    expect.arrayContaining(['object', 'output', 'completed_at', 'usage', 'temperature']),
  );
  expect(eventProblems({ type: 'response.made_up' })).toEqual(['response.made_up: no such event']);
  expect(eventProblems({ type: 'response.output_text.delta', sequence_number: 1, delta: 'x' })).toHaveLength(4);
});
