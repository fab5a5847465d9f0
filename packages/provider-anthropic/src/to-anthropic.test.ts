import { assistant, system, toolResults, user, type ChatRequest, type ToolResultPart } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { anthropicCapabilities } from './capabilities.js';
import { toAnthropic, type AnthropicBody, type ToAnthropicOptions } from './to-anthropic.js';

const tools = [{ name: 'f', inputSchema: { type: 'object', properties: {} } }];

function written(request: Partial<ChatRequest>, options: Partial<ToAnthropicOptions> = {}): AnthropicBody {
  const { model = 'claude-sonnet-5-5' } = options;
  return toAnthropic(
    { messages: [user('Well?')], ...request },
    {
      model,
      source: `anthropic:${model}`,
      capabilities: anthropicCapabilities(model),
      apiVersion: '2026-10-21',
      defaultMaxOutputTokens: 4_096,
      stream: false,
      ...options,
    },
  );
}

/** As it is on the wire: without what is undefined. */
function bodyOf(request: Partial<ChatRequest>, options: Partial<ToAnthropicOptions> = {}): Record<string, unknown> {
  return JSON.parse(JSON.stringify(written(request, options).body)); // a body is JSON
}

function codesOf({ warnings }: AnthropicBody): readonly string[] {
  return warnings.map(({ code }) => code);
}

function result(toolCallId: string, text: string, more: Partial<ToolResultPart> = {}): ToolResultPart {
  return { type: 'tool_result', toolCallId, name: 'f', content: [{ type: 'text', text }], ...more };
}

test('the least that there is', () => {
  expect(bodyOf({})).toEqual({
    model: 'claude-sonnet-5-5',
    max_tokens: 4_096,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Well?' }] }],
  });
});

test('a history as the vendor documents it', () => {
  const request: Partial<ChatRequest> = {
    messages: [
      system('One.'),
      user('Look: ', { type: 'image_url', url: 'https://a.example/b.png' }),
      assistant(
        { type: 'reasoning', text: 'Hm.', vendorData: { vendor: 'anthropic', data: { signature: 's' } } },
        { type: 'reasoning', text: '', vendorData: { vendor: 'anthropic', data: { redacted: 'r' } } },
        { type: 'reasoning', text: 'Of others.', vendorData: { vendor: 'openai', data: { signature: 'x' } } },
        { type: 'reasoning', text: 'Of nobody.' },
        { type: 'text', text: '' },
        { type: 'text', text: 'I ask.' },
        { type: 'tool_call', id: 't1', name: 'f', arguments: '{"a":1}' },
        { type: 'tool_call', id: 't2', name: 'f', arguments: '' },
      ),
      system('Two.'),
      toolResults(result('t1', 'fine')),
      toolResults(
        result('t2', '', {
          isError: true,
          content: [
            { type: 'text', text: '' },
            { type: 'image', mimeType: 'image/jpg', data: 'AAAA' },
          ],
        }),
      ),
      user('', 'And now?', ' \n'),
      user('Now?'),
    ],
    stop: ['END'],
    metadata: { user_id: 'u1' },
  };
  expect(written(request).warnings).toEqual([]);
  expect(bodyOf(request)).toEqual({
    model: 'claude-sonnet-5-5',
    max_tokens: 4_096,
    system: [
      { type: 'text', text: 'One.' },
      { type: 'text', text: 'Two.' },
    ],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look: ' },
          { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 's' },
          { type: 'redacted_thinking', data: 'r' },
          { type: 'text', text: 'I ask.' },
          { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } },
          { type: 'tool_use', id: 't2', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'fine' }] },
          {
            type: 'tool_result',
            tool_use_id: 't2',
            content: [{ type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' } }],
            is_error: true,
          },
          { type: 'text', text: 'And now?' },
          { type: 'text', text: 'Now?' },
        ],
      },
    ],
    stop_sequences: ['END'],
    metadata: { user_id: 'u1' },
  });
});

test('results stand before what a person said in between', () => {
  const messages = [
    user('Go.'),
    assistant({ type: 'tool_call', id: 't1', name: 'f', arguments: '{}' }),
    user('Wait!'),
    toolResults(result('t1', 'done')),
  ];
  expect(bodyOf({ messages })['messages']).toMatchObject([
    {},
    {},
    { content: [{ type: 'tool_result' }, { type: 'text', text: 'Wait!' }] },
  ]);
});

test.each(['{"city": ', '[1]', '"text"', 'null'])('arguments %s, which are no object, are told as text', (json) => {
  const call = assistant({ type: 'tool_call', id: 't1', name: 'f', arguments: json });
  const request = { messages: [user('Go.'), call, toolResults(result('t1', 'no'))] };
  expect(codesOf(written(request))).toEqual(['downgraded_arguments']);
  expect(bodyOf(request)['messages']).toMatchObject([{}, { content: [{ input: { INVALID_JSON: json } }] }, {}]);
});

test("ids of other vendors' calls are told as the vendor takes them", () => {
  const call = assistant({ type: 'tool_call', id: 'functions.f:0', name: 'f', arguments: '{}' });
  expect(
    bodyOf({ messages: [user('Go.'), call, toolResults(result('functions.f:0', 'ok'))] })['messages'],
  ).toMatchObject([{}, { content: [{ id: 'functions_f_0' }] }, { content: [{ tool_use_id: 'functions_f_0' }] }]);
});

test('turns without anything in them are left out', () => {
  expect(bodyOf({ messages: [user(''), assistant(''), user('Well?')] })['messages']).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'Well?' }] },
  ]);
});

test('a picture in a turn of the model is refused', () => {
  const messages = [user('Go.'), assistant({ type: 'image', mimeType: 'image/png', data: 'AAAA' })];
  expect(() => written({ messages })).toThrow(expect.objectContaining({ code: 'unsupported' }));
});

test.each([
  ['auto', undefined, { type: 'auto' }],
  ['none', false, { type: 'none' }],
  ['required', undefined, { type: 'any' }],
  ['required', false, { type: 'any', disable_parallel_tool_use: true }],
  [{ name: 'f' }, false, { type: 'tool', name: 'f', disable_parallel_tool_use: true }],
  [undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
  [undefined, true, { type: 'auto', disable_parallel_tool_use: false }],
  [undefined, undefined, undefined],
] as const)('toolChoice %j, parallelToolCalls %j', (toolChoice, parallelToolCalls, expected) => {
  const request = { tools, toolChoice, parallelToolCalls };
  expect(bodyOf(request, { model: 'claude-haiku-5-5' })['tool_choice']).toEqual(expected);
  expect(bodyOf({ toolChoice, parallelToolCalls })).not.toHaveProperty('tool_choice'); // it is refused without tools
});

test.each(['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-fable-5-1'])('%s takes no forced call', (model) => {
  for (const toolChoice of ['required', { name: 'f' }] as const) {
    expect(() => written({ tools, toolChoice }, { model })).toThrow(expect.objectContaining({ code: 'unsupported' }));
  }
  expect(bodyOf({ tools, toolChoice: 'none' }, { model })).toMatchObject({ tool_choice: { type: 'none' } });
});

describe('sampling', () => {
  const asked = { temperature: 0, topP: 0.5 };

  test('is told as ignored where the version has none', () => {
    expect(codesOf(written(asked))).toEqual(['ignored_temperature', 'ignored_top_p']);
    expect(bodyOf(asked)).not.toHaveProperty('temperature');
  });

  test('is sent with the older version, to models that take it', () => {
    const options = { model: 'claude-haiku-4-5', apiVersion: '2023-06-01' };
    expect(bodyOf({ temperature: 0 }, options)).toMatchObject({ temperature: 0 });
    expect(bodyOf({ topP: 0.5 }, options)).toMatchObject({ top_p: 0.5 });
    expect(bodyOf(asked, options)).not.toHaveProperty('top_p');
    expect(codesOf(written(asked, options))).toEqual(['ignored_top_p']);
    expect(bodyOf(asked, { ...options, model: 'someone-else' })).toMatchObject({ temperature: 0, top_p: 0.5 });
    expect(codesOf(written(asked, { apiVersion: '2023-06-01' }))).toEqual(['ignored_temperature', 'ignored_top_p']);
  });

  test('is ignored while a model thinks', () => {
    const options = { model: 'claude-haiku-4-5', apiVersion: '2023-06-01' };
    expect(codesOf(written({ ...asked, reasoning: { effort: 'low' } }, options))).toEqual([
      'ignored_temperature',
      'ignored_top_p',
    ]);
  });
});

test('what the vendor has not is told', () => {
  const request = { seed: 1, metadata: { user_id: 'u', team: 't' }, cache: { key: 'k' } };
  expect(codesOf(written(request))).toEqual(['ignored_metadata', 'ignored_seed', 'ignored_cache_key']);
});

test('JSON without a schema is asked for in words', () => {
  const request: Partial<ChatRequest> = {
    messages: [system('Rule.'), user('Well?')],
    responseFormat: { type: 'json' },
  };
  expect(codesOf(written(request))).toEqual(['downgraded_response_format']);
  expect(bodyOf(request)['system']).toEqual([
    { type: 'text', text: 'Rule.' },
    { type: 'text', text: 'Answer with one JSON object and nothing else.' },
  ]);
});

test('a schema of the answer and an effort stand side by side, also where vendorOptions add to them', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } }, required: ['n'] };
  const request: Partial<ChatRequest> = {
    responseFormat: { type: 'json_schema', name: 'x', schema },
    reasoning: { effort: 'low' },
    vendorOptions: { anthropic: { output_config: { effort: 'max' }, service_tier: 'auto' }, openai: { no: 1 } },
  };
  expect(codesOf(written(request))).toEqual(['downgraded_response_format']);
  const body = bodyOf(request);
  expect(body).toMatchObject({ service_tier: 'auto', output_config: { effort: 'max' } });
  expect(body).toMatchObject({
    output_config: {
      format: {
        type: 'json_schema',
        schema: {
          properties: { n: { type: 'integer', description: '{"minimum":1}' } },
          required: ['n'],
          additionalProperties: false,
        },
      },
    },
  });
  expect(body).not.toHaveProperty('no');
});

test('schemas of tools stay as they are, unless the tool is strict', () => {
  const inputSchema = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } };
  const loose = { name: 'f', inputSchema };
  const strict = { ...loose, strict: true };
  expect(bodyOf({ tools: [loose] })['tools']).toEqual([{ name: 'f', input_schema: inputSchema }]);
  expect(codesOf(written({ tools: [strict] }))).toEqual(['downgraded_tool_schema']);
  expect(bodyOf({ tools: [strict] })['tools']).toMatchObject([
    { strict: true, input_schema: { type: 'object', additionalProperties: false } },
  ]);
});

describe('the cache', () => {
  const point = { type: 'ephemeral' };
  const messages = [system('A.'), system('B.'), user('1'), assistant('2'), user('3'), assistant('4'), user('5', '6')];

  test('points stand behind the system and the last two turns of the user', () => {
    expect(bodyOf({ messages, tools, cache: {} })).toMatchObject({
      system: [{ text: 'A.' }, { text: 'B.', cache_control: point }],
      messages: [
        { content: [{ text: '1' }] },
        {},
        { content: [{ text: '3', cache_control: point }] },
        {},
        { content: [{ text: '5' }, { text: '6', cache_control: point }] },
      ],
    });
    expect(JSON.stringify(bodyOf({ messages, tools, cache: {} })).match(/cache_control/g)).toHaveLength(3);
  });

  test('without a system they stand behind the tools', () => {
    expect(bodyOf({ tools, cache: {} })).toMatchObject({ tools: [{ name: 'f', cache_control: point }] });
  });

  test.each([
    [undefined, point],
    [5 * 60_000, point],
    [32 * 60_000, point],
    [33 * 60_000, { ...point, ttl: '1h' }],
    [24 * 3_600_000, { ...point, ttl: '1h' }],
  ])('%j ms', (ttlMs, expected) => {
    expect(bodyOf({ cache: { ttlMs } })['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Well?', cache_control: expected }] },
    ]);
  });

  test('a model without a cache is not asked for one', () => {
    const capabilities = { ...anthropicCapabilities('claude-haiku-5-5'), promptCache: 'no' as const };
    expect(codesOf(written({ cache: {} }, { capabilities }))).toEqual(['ignored_cache']);
    expect(JSON.stringify(bodyOf({ cache: {} }, { capabilities }))).not.toContain('cache_control');
  });

  test('none is asked for without a hint', () => {
    expect(JSON.stringify(bodyOf({ messages, tools }))).not.toContain('cache_control');
  });
});
