import { collect, ResponseBuilder, TakoError, type ChatResponse } from '@tako/core';
import type { AnswerContext } from '@tako/core/provider';
import { describe, expect, test } from 'vitest';

import { fromMistralStream } from './from-mistral-stream.js';
import { eventsFromMistral } from './from-mistral.js';

const context: AnswerContext = {
  source: 'mistral:m',
  requestId: undefined,
  headers: {},
  warnings: [],
  onDone: async () => undefined,
  toError: (status, body) => new TakoError('provider', body, { status }),
};

async function* bytesOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

function sse(...frames: readonly unknown[]): string {
  return frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('');
}

function stream(...frames: readonly unknown[]): Promise<ChatResponse> {
  return collect(fromMistralStream(bytesOf(sse(...frames), 'data: [DONE]\n\n'), context));
}

function whole(message: object, finishReason = 'stop'): ChatResponse {
  const builder = new ResponseBuilder();
  const answer = { id: 'c1', model: 'm', choices: [{ index: 0, message, finish_reason: finishReason }] } as object;
  for (const event of eventsFromMistral(answer, context)) builder.add(event);
  return builder.response();
}

const delta = (given: object, finishReason: string | null = null): object => ({
  id: 'c1',
  model: 'm',
  choices: [{ index: 0, delta: given, finish_reason: finishReason }],
});
const thinking = (text: string, rest: object = {}): object => ({
  type: 'thinking',
  thinking: [{ type: 'text', text }],
  ...rest,
});
const text = (said: string): object => ({ type: 'text', text: said });
const mine = { vendor: 'mistral', data: {} };

describe('what was thought', () => {
  test("the documentation's whole answer: a list of chunks, calls null", () => {
    const { message, finishReason } = whole({
      role: 'assistant',
      tool_calls: null,
      content: [thinking("Okay, let's try to figure out John's age."), text('John is 22 years old.')],
    });
    expect(message.content).toEqual([
      { type: 'reasoning', text: "Okay, let's try to figure out John's age.", vendorData: mine },
      { type: 'text', text: 'John is 22 years old.' },
    ]);
    expect(finishReason).toBe('stop');
  });

  test('streamed, it comes to the same', async () => {
    const { message } = await stream(
      delta({ role: 'assistant', content: '' }),
      delta({ content: [thinking('Okay, ')] }),
      delta({ content: [thinking('so.')] }),
      delta({ content: [text('22'), { type: 'reference', reference_ids: [1] }, text('.')] }),
      delta({ content: '!' }, 'stop'),
    );
    expect(message.content).toEqual([
      { type: 'reasoning', text: 'Okay, so.', vendorData: mine },
      { type: 'text', text: '22.!' },
    ]);
  });

  test.each([
    ['with the text', [delta({ content: [thinking('So.', { signature: 's1' })] })]],
    [
      'after the text',
      [delta({ content: [thinking('So.')] }), delta({ content: [thinking('', { signature: 's1' })] })],
    ],
  ])('a signature that comes %s is kept', async (_, frames) => {
    const { message } = await stream(...frames, delta({ content: 'Yes.' }, 'stop'));
    expect(message.content).toEqual([
      { type: 'reasoning', text: 'So.', vendorData: { vendor: 'mistral', data: { signature: 's1' } } },
      { type: 'text', text: 'Yes.' },
    ]);
  });

  test('a signature without any text is a part of its own', async () => {
    const { message } = await stream(
      delta({ content: 'Yes.' }),
      delta({ content: [thinking('', { signature: 's1' })] }, 'stop'),
    );
    expect(message.content).toEqual([
      { type: 'text', text: 'Yes.' },
      { type: 'reasoning', text: '', vendorData: { vendor: 'mistral', data: { signature: 's1' } } },
    ]);
  });

  test('chunks of other types, and of none, are skipped', () => {
    const odd = [null, 7, 'text', {}, { type: 'text' }, { type: 'thinking' }, { type: 'tool_reference', title: 'x' }];
    const inner = { type: 'thinking', thinking: [null, 7, { type: 'reference' }, text('Hm.')], signature: 5 };
    expect(
      whole({ content: [...odd, inner, { type: 'thinking', thinking: 'As text.' }, text('Hi')] }).message.content,
    ).toEqual([
      { type: 'reasoning', text: 'Hm.As text.', vendorData: mine },
      { type: 'text', text: 'Hi' },
    ]);
  });
});

describe('tool calls', () => {
  test('null, in a stream and whole', async () => {
    expect((await stream(delta({ content: 'Hi', tool_calls: null }, 'stop'))).message.content).toEqual([text('Hi')]);
    expect(whole({ content: 'Hi', tool_calls: null }).message.content).toEqual([text('Hi')]);
  });

  test('parallel calls in one frame, whole, with Mistral’s ids', async () => {
    const call = (id: string, index: number, city: string): object => ({
      id,
      index,
      function: { name: 'weather', arguments: JSON.stringify({ city }) },
    });
    const { message, finishReason } = await stream(
      delta({ content: '', tool_calls: [call('D681PevKs', 0, 'Oslo'), call('abcDEF123', 1, 'Rome')] }, 'tool_calls'),
    );
    expect(message.content).toEqual([
      { type: 'tool_call', id: 'D681PevKs', name: 'weather', arguments: '{"city":"Oslo"}' },
      { type: 'tool_call', id: 'abcDEF123', name: 'weather', arguments: '{"city":"Rome"}' },
    ]);
    expect(finishReason).toBe('tool_calls');
  });

  test('the id "null" is none: each call gets one of its own', () => {
    const call = { id: 'null', function: { name: 'f', arguments: {} } };
    const calls = whole({ content: null, tool_calls: [call, call, null] }, 'tool_calls').message.content;
    const ids = calls.map((part) => (part.type === 'tool_call' ? part.id : ''));
    expect(ids).not.toContain('null');
    expect(new Set(ids).size).toBe(2);
  });
});

test.each([
  ['model_length', 'length'],
  ['length', 'length'],
  ['error', 'error'],
  ['moon_phase', 'other'],
])('the finish reason %s is %s', (raw, expected) => {
  expect(whole({ content: 'Hi' }, raw)).toMatchObject({ finishReason: expected, rawFinishReason: raw });
});

test('usage, with what came from the cache', async () => {
  const usage = {
    prompt_tokens: 1013,
    total_tokens: 1043,
    completion_tokens: 30,
    prompt_tokens_details: { cached_tokens: 1008 },
  };
  expect((await stream({ ...delta({ content: 'Hi' }, 'stop'), usage })).usage).toEqual({
    inputTokens: 1013,
    outputTokens: 30,
    cachedInputTokens: 1008,
  });
});

describe('failures inside an answer', () => {
  const failure: object = {
    object: 'error',
    message: 'Service unavailable.',
    type: 'unreachable_backend',
    code: '1100',
  };

  test('in mid-stream, with the status that it tells', async () => {
    const failing = stream(delta({ content: 'Half' }), { ...failure, raw_status_code: 503 });
    await expect(failing).rejects.toMatchObject({ status: 503, partial: { content: [text('Half')] } });
  });

  test('in place of an answer', () => {
    expect(() => eventsFromMistral(failure, context)).toThrow(expect.objectContaining({ status: 500 }));
    expect(() => eventsFromMistral({ ...failure, raw_status_code: 9_000 } as object, context)).toThrow(
      expect.objectContaining({ status: 500 }),
    );
  });

  test('no choice, no end, no JSON', async () => {
    expect(() => eventsFromMistral({}, context)).toThrow(expect.objectContaining({ code: 'malformed_response' }));
    const broken = [sse(delta({ content: 'Hi' })), 'data: {"choices": [\n\n', ''];
    for (const body of broken) {
      const failing = collect(fromMistralStream(bytesOf(body), context));
      await expect(failing).rejects.toMatchObject({ code: 'malformed_response' });
    }
  });
});

test('a stream without its mark, with empty events and a last frame without its end, is whole', async () => {
  const body = `data:\n\n: ping\n\n${sse(delta({ content: 'Hi' }))}data: ${JSON.stringify(delta({}, 'stop'))}`;
  expect((await collect(fromMistralStream(bytesOf(body), context))).message.content).toEqual([text('Hi')]);
});
