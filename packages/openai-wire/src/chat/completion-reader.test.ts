import { ResponseBuilder, type ChatEvent, type ChatResponse } from '@tako/core';
import { describe, expect, test } from 'vitest';

import type { CompletionLike, DeltaLike } from './completion-like.js';
import { CompletionReader } from './completion-reader.js';

function delta(fields: DeltaLike, finishReason?: string): CompletionLike {
  return { id: 'c1', model: 'm1', choices: [{ index: 0, delta: fields, finish_reason: finishReason ?? null }] };
}

function eventsOf(...chunks: readonly (CompletionLike | null)[]): ChatEvent[] {
  const reader = new CompletionReader();
  return [...chunks.flatMap((chunk) => reader.read(chunk)), ...reader.end()];
}

function responseOf(...chunks: readonly (CompletionLike | null)[]): ChatResponse {
  const builder = new ResponseBuilder();
  for (const event of eventsOf(...chunks)) builder.add(event);
  return builder.response();
}

describe('frames around the answer', () => {
  test("Azure's first frame without a choice and the usage frame are no content", () => {
    const response = responseOf({ id: '', model: '', choices: [] }, delta({ content: 'Hi' }), delta({}, 'stop'), {
      id: 'c1',
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    });
    expect(response).toMatchObject({
      message: { content: [{ type: 'text', text: 'Hi' }] },
      finishReason: 'stop',
      requestId: 'c1',
      model: 'm1',
      usage: { inputTokens: 3, outputTokens: 1 },
    });
  });

  test('frames that are null, of another shape, or of another choice are skipped', () => {
    const other = { choices: [{ index: 1, delta: { content: 'other' }, finish_reason: 'length' }] };
    const odd = { choices: 'none' as never, usage: null };
    const response = responseOf(null, odd, other, delta({ content: 'mine' }), other, delta({}, 'stop'), other);
    expect(response.message.content).toEqual([{ type: 'text', text: 'mine' }]);
    expect(response.finishReason).toBe('stop');
  });

  test('start is told once, before content, with the id of the headers where there is one', () => {
    const reader = new CompletionReader({ requestId: 'req_1' });
    const events = [
      ...reader.read(delta({ role: 'assistant', content: '' } as DeltaLike)),
      ...reader.read(delta({ content: 'a' })),
    ];
    expect(events).toEqual([
      { type: 'start', requestId: 'req_1', model: 'm1' },
      { type: 'text_delta', index: 0, text: 'a' },
    ]);
  });

  test('warnings are told right after start', () => {
    const warning = { type: 'warning' as const, code: 'c', message: 'm' };
    const reader = new CompletionReader({ warnings: [warning] });
    expect(reader.read(delta({ content: 'a' })).map(({ type }) => type)).toEqual(['start', 'warning', 'text_delta']);
    expect(reader.read(delta({ content: 'b' })).map(({ type }) => type)).toEqual(['text_delta']);
  });

  test('an answer in which no frame held a choice is malformed', () => {
    expect(() => eventsOf({ choices: [] })).toThrow(expect.objectContaining({ code: 'malformed_response' }));
  });
});

describe('finish reasons', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool_calls'],
    ['function_call', 'tool_calls'],
    ['content_filter', 'content_filter'],
    ['moon_phase', 'other'],
  ])('%s is %s', (raw, finishReason) => {
    expect(responseOf(delta({ content: 'a' }, raw))).toMatchObject({ finishReason, rawFinishReason: raw });
  });

  test('an empty reason is none yet', () => {
    const reader = new CompletionReader();
    reader.read(delta({ content: 'a' }, ''));
    expect(reader.finished).toBe(false);
  });

  test('stop after tool calls, or no word at all, is tool_calls', () => {
    const call = delta({ tool_calls: [{ index: 0, id: 'x', function: { name: 'f', arguments: '{}' } }] });
    expect(responseOf(call, delta({}, 'stop'))).toMatchObject({ finishReason: 'tool_calls', rawFinishReason: 'stop' });
    expect(responseOf(call).finishReason).toBe('tool_calls');
    expect(responseOf(call, delta({}, 'length')).finishReason).toBe('length');
  });

  test('a refusal is text, and content_filter', () => {
    const response = responseOf(
      delta({ content: null, refusal: 'I ' }),
      delta({ refusal: 'cannot.' }),
      delta({}, 'stop'),
    );
    expect(response.message.content).toEqual([{ type: 'text', text: 'I cannot.' }]);
    expect(response).toMatchObject({ finishReason: 'content_filter', rawFinishReason: 'stop' });
  });
});

describe('reasoning', () => {
  test.each(['reasoning_content', 'reasoning'])('%s is a part of its own, before the text', (field) => {
    const response = responseOf(
      delta({ [field]: 'Hm. ' }),
      delta({ [field]: 'So.', content: '' }),
      delta({ content: 'Yes' }, 'stop'),
    );
    expect(response.message.content).toEqual([
      { type: 'reasoning', text: 'Hm. So.' },
      { type: 'text', text: 'Yes' },
    ]);
  });

  test('the same reasoning under both names is told once', () => {
    const response = responseOf(delta({ reasoning_content: 'Hm.', reasoning: 'Hm.' }, 'stop'));
    expect(response.message.content).toEqual([{ type: 'reasoning', text: 'Hm.' }]);
  });
});

describe('tool calls', () => {
  test('null in place of a list, a call or its function is nothing', () => {
    const response = responseOf(
      delta({ content: 'a', tool_calls: null }),
      delta({ tool_calls: [null, { index: 0, function: null }] }),
      delta({}, 'stop'),
    );
    expect(response).toMatchObject({ message: { content: [{ type: 'text', text: 'a' }] }, finishReason: 'stop' });
  });

  test('arguments that a server sends parsed are JSON text again', () => {
    const call = { index: 0, id: 'x', function: { name: 'f', arguments: { a: [1] } } };
    expect(responseOf(delta({ tool_calls: [call] }, 'stop')).message.content).toMatchObject([
      { arguments: '{"a":[1]}' },
    ]);
  });

  test('the only call of an old server is a tool call with an id of ours', () => {
    const response = responseOf(
      delta({ function_call: { name: 'f', arguments: '{"a"' } }),
      delta({ function_call: { arguments: ':1}' } }, 'function_call'),
    );
    expect(response.message.content).toMatchObject([{ type: 'tool_call', name: 'f', arguments: '{"a":1}' }]);
    expect(response.message.content[0]).toHaveProperty('id', expect.stringMatching(/^call_.+/));
  });

  test('in a whole answer calls without number and with equal ids are calls of their own', () => {
    const call = { id: 'same', function: { name: 'f', arguments: '{}' } };
    const whole = { choices: [{ message: { content: null, tool_calls: [call, call] }, finish_reason: 'tool_calls' }] };
    expect(responseOf(whole).message.content).toHaveLength(2);
  });
});

describe('usage', () => {
  test('details are read, and counts that are none are left out', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: -1,
      prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: '3' },
      completion_tokens_details: { reasoning_tokens: Number.NaN },
    };
    const response = responseOf(delta({ content: 'a' }, 'stop'), { choices: [], usage });
    expect(response.usage).toEqual({ inputTokens: 10, outputTokens: 0, cachedInputTokens: 4 });
  });

  test('usage in every frame is a snapshot that replaces the one before', () => {
    const frame = (text: string, completion: number): CompletionLike => ({
      ...delta({ content: text }),
      usage: { prompt_tokens: 5, completion_tokens: completion },
    });
    const events = eventsOf(frame('a', 1), frame('b', 2), delta({}, 'stop'));
    expect(events.filter(({ type }) => type === 'usage')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'finish', usage: { inputTokens: 5, outputTokens: 2 } });
  });

  test('an empty usage object is no usage', () => {
    expect(responseOf(delta({ content: 'a' }, 'stop'), { choices: [], usage: {} })).toHaveProperty('usage', undefined);
  });
});

describe('errors inside an answer', () => {
  test.each([
    [{ message: 'slow down', code: 'rate_limit_exceeded' }, 'rate_limited', 429],
    [{ message: 'broke', type: 'server_error', code: null }, 'provider', 500],
    [{ message: 'wrong', type: 'invalid_request_error' }, 'invalid', 400],
    [{ message: 'upstream is full', code: 503 }, 'overloaded', 503],
    [{ message: 'too long', code: 'context_length_exceeded' }, 'context_overflow', 500],
    ['it broke', 'provider', 500],
  ])('%j is %s', (error, code, status) => {
    expect(() => eventsOf({ error })).toThrow(expect.objectContaining({ code, status }));
  });

  test('an error of null is none', () => {
    expect(responseOf({ ...delta({ content: 'a' }, 'stop'), error: null }).finishReason).toBe('stop');
  });
});
