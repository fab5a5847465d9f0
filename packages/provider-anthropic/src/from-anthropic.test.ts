import { collect, ResponseBuilder, type ChatResponse } from '@tako/core';
import type { AnswerContext, ChatEvent } from '@tako/core/provider';
import { describe, expect, test } from 'vitest';

import { anthropicError } from './errors.js';
import { fromAnthropicSse } from './from-anthropic-stream.js';
import { fromAnthropic } from './from-anthropic.js';

const context: AnswerContext = {
  source: 'anthropic:m',
  requestId: undefined,
  headers: {},
  warnings: [],
  onDone: async () => undefined,
  toError: (status, body) => anthropicError({ source: 'anthropic:m', status, headers: {}, body, nowMs: 0 }),
};

async function* sse(...frames: readonly unknown[]): AsyncGenerator<Uint8Array> {
  for (const frame of frames) yield new TextEncoder().encode(`event: x\ndata: ${JSON.stringify(frame)}\n\n`);
}

function streamed(...frames: readonly unknown[]): Promise<ChatResponse> {
  return collect(fromAnthropicSse(sse(...frames), context));
}

function whole(answer: object): ChatResponse {
  const builder = new ResponseBuilder();
  for (const event of fromAnthropic(answer, context)) builder.add(event);
  return builder.response();
}

const start = { type: 'message_start', message: { id: 'msg_1', model: 'claude-x', content: [], usage: {} } };
const stop = { type: 'message_stop' };
const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 15 } };
const opened = (index: number, content_block: object): object => ({
  type: 'content_block_start',
  index,
  content_block,
});
const added = (index: number, delta: object): object => ({ type: 'content_block_delta', index, delta });
const closed = (index: number): object => ({ type: 'content_block_stop', index });

// https://platform.claude.com/docs/en/build-with-claude/streaming (read 2026-11-23), shortened.
test('a stream of the documentation, with thinking and a tool', async () => {
  const answer = await streamed(
    {
      type: 'message_start',
      message: {
        id: 'msg_014p7gG3wDgGV9EUtLvnow3U',
        type: 'message',
        role: 'assistant',
        model: 'claude-opus-5-5',
        content: [],
        stop_reason: null,
        usage: { input_tokens: 472, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 2 },
      },
    },
    opened(0, { type: 'thinking', thinking: '', signature: '' }),
    { type: 'ping' },
    added(0, { type: 'thinking_delta', thinking: 'I need to ' }),
    added(0, { type: 'thinking_delta', thinking: 'look.' }),
    added(0, { type: 'signature_delta', signature: 'EqQBCgIYAhIM' }),
    closed(0),
    opened(1, { type: 'text', text: '' }),
    added(1, { type: 'text_delta', text: "Okay, let's check" }),
    closed(1),
    opened(2, { type: 'tool_use', id: 'toolu_01', name: 'get_weather', input: {} }),
    added(2, { type: 'input_json_delta', partial_json: '' }),
    added(2, { type: 'input_json_delta', partial_json: '{"location":' }),
    added(2, { type: 'input_json_delta', partial_json: ' "San Francisco, CA"}' }),
    closed(2),
    {
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 89, input_tokens: null, output_tokens_details: { thinking_tokens: 30 } },
    },
    stop,
  );
  expect(answer).toMatchObject({
    requestId: 'msg_014p7gG3wDgGV9EUtLvnow3U',
    model: 'claude-opus-5-5',
    finishReason: 'tool_calls',
    rawFinishReason: 'tool_use',
    usage: {
      inputTokens: 592,
      cachedInputTokens: 100,
      cacheWriteTokens: 20,
      outputTokens: 89,
      reasoningTokens: 30,
    },
  });
  expect(answer.message.content).toEqual([
    {
      type: 'reasoning',
      text: 'I need to look.',
      vendorData: { vendor: 'anthropic', data: { signature: 'EqQBCgIYAhIM' } },
    },
    { type: 'text', text: "Okay, let's check" },
    { type: 'tool_call', id: 'toolu_01', name: 'get_weather', arguments: '{"location": "San Francisco, CA"}' },
  ]);
});

test('blocks, deltas and events that nobody knows are skipped, and parts are counted without them', async () => {
  const events: ChatEvent[] = [];
  const frames = sse(
    start,
    opened(0, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }),
    added(0, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
    closed(0),
    opened(1, { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }),
    closed(1),
    { type: 'moon_phase' },
    opened(2, { type: 'text', text: '' }),
    added(2, { type: 'citations_delta', citation: { type: 'char_location' } }),
    added(2, { type: 'text_delta', text: 'Yes.' }),
    added(2, { type: 'sparkle_delta', text: 'no' }),
    added(2, { type: 'thinking_delta', thinking: 'no' }),
    added(9, { type: 'text_delta', text: 'no' }),
    closed(2),
    closed(9),
    null,
    [],
    'text',
    { type: 7 },
    end,
    stop,
  );
  for await (const event of fromAnthropicSse(frames, context)) events.push(event);
  expect(events).toEqual([
    { type: 'start', requestId: 'msg_1', model: 'claude-x' },
    { type: 'text_delta', index: 0, text: 'Yes.' },
    {
      type: 'finish',
      finishReason: 'stop',
      rawFinishReason: 'end_turn',
      usage: { inputTokens: 0, outputTokens: 15 },
    },
  ]);
});

test('thinking that is not shown keeps its state', async () => {
  const { message } = await streamed(
    start,
    opened(0, { type: 'thinking', thinking: '', signature: '' }),
    added(0, { type: 'signature_delta', signature: 'half-' }),
    added(0, { type: 'signature_delta', signature: 'whole' }),
    closed(0),
    opened(1, { type: 'redacted_thinking', data: 'sealed' }),
    closed(1),
    end,
    stop,
  );
  expect(message.content).toEqual([
    { type: 'reasoning', text: '', vendorData: { vendor: 'anthropic', data: { signature: 'half-whole' } } },
    { type: 'reasoning', text: '', vendorData: { vendor: 'anthropic', data: { redacted: 'sealed' } } },
  ]);
});

test('calls without an id, with one that was there before, or whose end is missing', async () => {
  const { message } = await streamed(
    start,
    opened(0, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
    opened(1, { type: 'tool_use', id: 'a', name: 'f', input: { whole: 1 } }),
    closed(1),
    opened(2, { type: 'tool_use', name: 'f' }),
    added(2, { type: 'input_json_delta', partial_json: '{"cut":' }),
    { type: 'message_delta', delta: { stop_reason: 'max_tokens' } },
    stop,
  );
  const calls = message.content.flatMap((part) => (part.type === 'tool_call' ? [part] : []));
  expect(calls.map(({ arguments: json }) => json)).toEqual(['', '{"whole":1}', '{"cut":']);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(3);
  expect(calls.every(({ id }) => id !== '')).toBe(true);
});

test.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
  ['pause_turn', 'other'],
  ['constructor', 'other'],
])('%s is %s', async (stop_reason, finishReason) => {
  const answer = await streamed(start, { type: 'message_delta', delta: { stop_reason } }, stop);
  expect(answer).toMatchObject({ finishReason, rawFinishReason: stop_reason });
});

test('a stream is over with message_stop, and not before', async () => {
  await expect(streamed(start, end)).rejects.toMatchObject({ code: 'malformed_response' });
  expect((await streamed(start, end, stop, { type: 'error', error: {} })).finishReason).toBe('stop');
});

test('what is no JSON is malformed', async () => {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('data: {"type":\n\n');
  }
  await expect(collect(fromAnthropicSse(bytes(), context))).rejects.toMatchObject({ code: 'malformed_response' });
});

describe('an error in the middle of a stream', () => {
  test.each([
    ['overloaded_error', 'overloaded', 529],
    ['rate_limit_error', 'rate_limited', 429],
    ['api_error', 'provider', 500],
    ['timeout_error', 'timeout', 504],
    ['authentication_error', 'auth', 401],
    ['permission_error', 'permission', 403],
    ['not_found_error', 'not_found', 404],
    ['request_too_large', 'context_overflow', 413],
    ['invalid_request_error', 'invalid', 400],
    ['toString', 'provider', 500],
    [undefined, 'provider', 500],
  ])('%s is %s, and what was said before is kept', async (type, code, status) => {
    const broken = streamed(
      start,
      opened(0, { type: 'text', text: '' }),
      added(0, { type: 'text_delta', text: 'Hel' }),
      { type: 'error', error: { type, message: 'Oh.' } },
    );
    await expect(broken).rejects.toMatchObject({
      code,
      status,
      excerpt: 'Oh.',
      partial: { content: [{ type: 'text', text: 'Hel' }] },
    });
  });
});

test('a whole answer', () => {
  const answer = whole({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 's' },
      { type: 'redacted_thinking', data: 'r' },
      { type: 'sparkles' },
      { type: 'text', text: 'Yes.', citations: null },
      { type: 'tool_use', id: 'a', name: 'f', input: { b: [1] } },
      { type: 'tool_use', id: 'c', name: 'g', input: {} },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 5, output_tokens: 7 },
  });
  expect(answer).toMatchObject({ finishReason: 'tool_calls', usage: { inputTokens: 5, outputTokens: 7 } });
  expect(answer.message.content).toEqual([
    { type: 'reasoning', text: 'Hm.', vendorData: { vendor: 'anthropic', data: { signature: 's' } } },
    { type: 'reasoning', text: '', vendorData: { vendor: 'anthropic', data: { redacted: 'r' } } },
    { type: 'text', text: 'Yes.' },
    { type: 'tool_call', id: 'a', name: 'f', arguments: '{"b":[1]}' },
    { type: 'tool_call', id: 'c', name: 'g', arguments: '' },
  ]);
});

test('answers that are none', () => {
  expect(() => whole({})).toThrow(expect.objectContaining({ code: 'malformed_response' }));
  expect(() => whole({ content: 'text' })).toThrow(expect.objectContaining({ code: 'malformed_response' }));
  expect(() => whole({ type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } })).toThrow(
    expect.objectContaining({ code: 'overloaded' }),
  );
});

test.each([{}, { usage: null }, { usage: { input_tokens: 'many' } }])('an answer with %j has no usage', (usage) => {
  expect(whole({ content: [], stop_reason: 'end_turn', ...usage }).usage).toBeUndefined();
});
