import { ResponseBuilder, type ChatEvent } from '@tako/core';
import { expect, test } from 'vitest';

import type { ResponseEventLike } from './response-like.js';
import { ResponsesReader } from './responses-reader.js';

const completed: ResponseEventLike = {
  type: 'response.completed',
  response: {
    status: 'completed',
    usage: {
      input_tokens: 9,
      output_tokens: 5,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens_details: { reasoning_tokens: 2 },
    },
  },
};

function eventsOf(...events: readonly (ResponseEventLike | null)[]): ChatEvent[] {
  const reader = new ResponsesReader();
  return [...events.flatMap((event) => reader.read(event)), ...reader.end()];
}

function contentOf(...events: readonly ResponseEventLike[]): unknown {
  const builder = new ResponseBuilder();
  for (const event of eventsOf(...events, completed)) builder.add(event);
  return builder.content();
}

test('reasoning, text and a tool call, each an item, with usage at the end', () => {
  const events = eventsOf(
    { type: 'response.created', response: { id: 'resp_1', model: 'm1' } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs_1' } },
    { type: 'response.reasoning_summary_part.added', output_index: 0, summary_index: 0 },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'Hm.' },
    { type: 'response.reasoning_summary_part.added', output_index: 0, summary_index: 1 },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'So.' },
    {
      type: 'response.output_item.done',
      output_index: 0,
      item: { type: 'reasoning', id: 'rs_1', summary: [{ text: 'Hm.' }, { text: 'So.' }], encrypted_content: 'abc' },
    },
    { type: 'response.output_text.delta', output_index: 1, delta: 'Look.' },
    {
      type: 'response.output_item.done',
      output_index: 1,
      item: { type: 'message', content: [{ text: 'Look.' }], phase: 'commentary' },
    },
    {
      type: 'response.output_item.added',
      output_index: 2,
      item: { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '' },
    },
    { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"a"' },
    { type: 'response.function_call_arguments.delta', output_index: 2, delta: ':1}' },
    {
      type: 'response.output_item.done',
      output_index: 2,
      item: { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"a":1}' },
    },
    completed,
  );
  const builder = new ResponseBuilder();
  for (const event of events) builder.add(event);
  expect(builder.response()).toMatchObject({
    requestId: 'resp_1',
    model: 'm1',
    finishReason: 'tool_calls',
    rawFinishReason: 'completed',
    usage: { inputTokens: 9, outputTokens: 5, cachedInputTokens: 4, reasoningTokens: 2 },
    message: {
      content: [
        {
          type: 'reasoning',
          text: 'Hm.\n\nSo.',
          vendorData: { vendor: 'openai', data: { id: 'rs_1', encrypted_content: 'abc' } },
        },
        { type: 'text', text: 'Look.', vendorData: { vendor: 'openai', data: { phase: 'commentary' } } },
        { type: 'tool_call', id: 'call_1', name: 'f', arguments: '{"a":1}' },
      ],
    },
  });
});

test('what was not told in deltas is told at the end of its item', () => {
  expect(
    contentOf(
      { type: 'response.output_text.delta', output_index: 0, delta: 'He' },
      { type: 'response.output_item.done', output_index: 0, item: { type: 'message', content: [{ text: 'Hello' }] } },
      {
        type: 'response.output_item.done',
        output_index: 1,
        item: { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      },
    ),
  ).toMatchObject([{ text: 'Hello' }, { id: 'c', arguments: '{}' }]);
});

test('items and events of other kinds are skipped', () => {
  const item = { type: 'web_search_call', id: 'ws_1' };
  expect(
    contentOf(
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.web_search_call.searching', output_index: 0 },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'keepalive' },
      { type: 'response.output_text.delta', output_index: 1, delta: 'Hi' },
    ),
  ).toEqual([{ type: 'text', text: 'Hi' }]);
  expect(eventsOf(null, { type: 7 }, completed).at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
});

test.each([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content_filter'],
  ['steered', 'other'],
])('a response that is incomplete because of %s', (reason, finishReason) => {
  const incomplete = {
    type: 'response.incomplete',
    response: { status: 'incomplete', incomplete_details: { reason } },
  };
  expect(eventsOf(incomplete).at(-1)).toEqual({ type: 'finish', finishReason, rawFinishReason: reason });
});

test('a refusal is text, and content_filter', () => {
  const events = eventsOf({ type: 'response.refusal.delta', output_index: 0, delta: 'No.' }, completed);
  expect(events).toContainEqual({ type: 'text_delta', index: 0, text: 'No.' });
  expect(events.at(-1)).toMatchObject({ finishReason: 'content_filter' });
});

test.each<[string, ResponseEventLike, string]>([
  [
    'a failed response',
    { type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'slow' } } },
    'rate_limited',
  ],
  ['a failed response without a reason', { type: 'response.failed', response: {} }, 'provider'],
  ['an error event', { type: 'error', code: 'server_error', message: 'broke' }, 'provider'],
  [
    'an error event with its error inside',
    { type: 'error', error: { code: 'context_length_exceeded' } },
    'context_overflow',
  ],
])('%s is thrown by its code', (_, event, code) => {
  expect(() => eventsOf(event)).toThrow(expect.objectContaining({ code }));
});

test('a response that does not end is malformed', () => {
  const event = { type: 'response.output_text.delta', output_index: 0, delta: 'Hi' };
  expect(() => eventsOf(event)).toThrow(expect.objectContaining({ code: 'malformed_response' }));
});
