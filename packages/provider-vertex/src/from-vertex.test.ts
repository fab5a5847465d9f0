import { collect, ResponseBuilder, type ChatResponse } from '@tako/core';
import { statusError, type ChatEvent } from '@tako/core/provider';
import { describe, expect, test } from 'vitest';

import { fromVertex, fromVertexUsage, type FromVertexOptions } from './from-vertex.js';
import { fromVertexSse } from './from-vertex-stream.js';

const options: FromVertexOptions = {
  source: 'vertex:m',
  requestId: undefined,
  warnings: [],
  toError: (status, body) => statusError({ source: 'vertex:m', status, headers: {}, body, nowMs: 0 }),
};

function whole(answer: object): ChatResponse {
  const builder = new ResponseBuilder();
  for (const event of fromVertex(answer, options)) builder.add(event);
  return builder.response();
}

const candidate = (parts: readonly unknown[], finishReason?: string): object => ({
  candidates: [{ content: { role: 'model', parts }, ...(finishReason === undefined ? {} : { finishReason }) }],
});

async function* sse(...frames: readonly unknown[]): AsyncGenerator<Uint8Array> {
  for (const frame of frames) yield new TextEncoder().encode(`data: ${JSON.stringify(frame)}\n\n`);
}
const streamed = (...frames: readonly unknown[]): AsyncIterable<ChatEvent> => fromVertexSse(sse(...frames), options);

test('an answer of the documentation', () => {
  expect(
    whole({
      candidates: [
        {
          content: { role: 'model', parts: [{ text: 'Hello!' }] },
          finishReason: 'STOP',
          avgLogprobs: -0.1,
          safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' }],
        },
      ],
      usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6, trafficType: 'ON_DEMAND' },
      modelVersion: 'gemini-2.5-flash',
      createTime: '2026-11-23T08:00:00.000000Z',
      responseId: 'response-1',
    }),
  ).toEqual({
    message: { role: 'assistant', content: [{ type: 'text', text: 'Hello!' }] },
    finishReason: 'stop',
    rawFinishReason: 'STOP',
    usage: { inputTokens: 4, outputTokens: 2 },
    requestId: 'response-1',
    model: 'gemini-2.5-flash',
    warnings: [],
  });
});

describe('parts', () => {
  test('thoughts are reasoning and never text; a signature stays with its own piece', async () => {
    const { message } = await collect(
      streamed(
        candidate([{ text: 'Let me ', thought: true }]),
        candidate([{ text: 'see.', thought: true }, { text: 'It ' }]),
        candidate([{ text: 'rains.' }]),
        candidate([{ text: '', thoughtSignature: 'sig' }], 'STOP'),
      ),
    );
    expect(message.content).toEqual([
      { type: 'reasoning', text: 'Let me see.' },
      { type: 'text', text: 'It rains.' },
      { type: 'text', text: '', vendorData: { vendor: 'vertex', data: { thoughtSignature: 'sig' } } },
    ]);
  });

  test("calls have the vendor's ids, or ids that are unique", () => {
    const call = { name: 'weather', args: { city: 'Oslo' } };
    const { message, finishReason } = whole(
      candidate(
        [
          { functionCall: { id: 'v1', ...call }, thoughtSignature: 's' },
          { functionCall: { id: 'v1', ...call } },
          { functionCall: call },
          { functionCall: { name: 'now' } },
        ],
        'STOP',
      ),
    );
    const ids = message.content.map((part) => (part.type === 'tool_call' ? part.id : ''));
    expect(new Set(ids).size).toBe(4);
    expect(message.content).toEqual([
      {
        type: 'tool_call',
        id: 'v1',
        name: 'weather',
        arguments: '{"city":"Oslo"}',
        vendorData: { vendor: 'vertex', data: { thoughtSignature: 's', id: 'v1' } },
      },
      {
        type: 'tool_call',
        id: expect.stringMatching(/^call_.{36}$/),
        name: 'weather',
        arguments: '{"city":"Oslo"}',
        vendorData: { vendor: 'vertex', data: { id: 'v1' } },
      },
      { type: 'tool_call', id: expect.stringMatching(/^call_/), name: 'weather', arguments: '{"city":"Oslo"}' },
      { type: 'tool_call', id: expect.stringMatching(/^call_/), name: 'now', arguments: '{}' },
    ]);
    expect(finishReason).toBe('tool_calls');
  });

  test('media that an answer cannot hold are told by a warning, unknown parts are skipped', () => {
    const { message, warnings } = whole(
      candidate(
        [{ inlineData: { mimeType: 'image/png', data: 'AQ==' } }, { executableCode: {} }, null, { text: 'Hi' }],
        'STOP',
      ),
    );
    expect(message.content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(warnings.map(({ code }) => code)).toEqual(['ignored_media']);
  });

  test('arguments in pieces are refused: half of them would look whole', () => {
    const partial = { name: 'f', partialArgs: [{ jsonPath: '$.city', stringValue: 'Os' }], willContinue: true };
    expect(() => whole(candidate([{ functionCall: partial }]))).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });

  test('a second candidate is not mixed into the first', () => {
    const answer = {
      candidates: [
        { index: 1, content: { parts: [{ text: 'second' }] }, finishReason: 'STOP' },
        { content: { parts: [{ text: 'first' }] }, finishReason: 'STOP' },
      ],
    };
    expect(whole(answer).message.content).toEqual([{ type: 'text', text: 'first' }]);
  });
});

test.each([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['SPII', 'content_filter'],
  ['IMAGE_SAFETY', 'content_filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content_filter'],
  ['MODEL_ARMOR', 'content_filter'],
  ['MALFORMED_FUNCTION_CALL', 'error'],
  ['UNEXPECTED_TOOL_CALL', 'error'],
  ['LANGUAGE', 'other'],
  ['MOON_PHASE', 'other'],
])('reason %s is %s', (raw, finishReason) => {
  expect(whole(candidate([{ text: 'Hi' }], raw))).toMatchObject({ finishReason, rawFinishReason: raw });
});

test('a blocked prompt is an answer without content, and still paid for', async () => {
  const blocked = {
    promptFeedback: { blockReason: 'PROHIBITED_CONTENT', blockReasonMessage: 'no' },
    usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
  };
  const expected = {
    message: { content: [] },
    finishReason: 'content_filter',
    rawFinishReason: 'PROHIBITED_CONTENT',
    usage: { inputTokens: 9, outputTokens: 0 },
  };
  expect(whole(blocked)).toMatchObject(expected);
  expect(await collect(streamed(blocked))).toMatchObject(expected);
});

describe('usage', () => {
  test('thoughts are output beside the candidates, results of own tools are input', () => {
    expect(
      fromVertexUsage({
        promptTokenCount: 100,
        cachedContentTokenCount: 40,
        toolUsePromptTokenCount: 7,
        candidatesTokenCount: 20,
        thoughtsTokenCount: 30,
      }),
    ).toEqual({ inputTokens: 107, outputTokens: 50, cachedInputTokens: 40, reasoningTokens: 30 });
  });

  test.each([undefined, null, {}, { promptTokenCount: '7' }])('no counts: %s', (told) => {
    expect(fromVertexUsage(told)).toBeUndefined();
  });

  test('the last snapshot counts, also where it comes after the reason', async () => {
    const { usage } = await collect(
      streamed(
        { ...candidate([{ text: 'a' }]), usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1 } },
        candidate([], 'STOP'),
        { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 5 } },
      ),
    );
    expect(usage).toEqual({ inputTokens: 3, outputTokens: 5 });
  });
});

describe('broken answers', () => {
  test.each<[string, object]>([
    ['nothing', {}],
    ['no candidates', { candidates: [] }],
    ['no reason', candidate([{ text: 'Hi' }])],
    ['fields of other types', { candidates: 'x', usageMetadata: 7, promptFeedback: [] }],
    ['null everywhere', { candidates: [null], usageMetadata: null, promptFeedback: null }],
  ])('%s is malformed_response', (_, answer) => {
    expect(() => whole(answer)).toThrow(expect.objectContaining({ code: 'malformed_response' }));
  });

  test('an array of pieces is one answer', () => {
    expect(whole([candidate([{ text: 'Hel' }]), candidate([{ text: 'lo' }], 'STOP')]).message.content).toEqual([
      { type: 'text', text: 'Hello' },
    ]);
  });

  test.each<[string, unknown, object]>([
    ['with a code', { error: { code: 429, message: 'full' } }, { code: 'rate_limited', status: 429 }],
    ['without one', { error: { status: 'INTERNAL', message: 'down' } }, { code: 'provider', status: 500 }],
    ['in an array', [{ error: { code: 403, message: 'no' } }], { code: 'permission' }],
    ['that is text', { error: 'broken' }, { code: 'provider' }],
  ])('an error in mid-stream %s', async (_, frame, expected) => {
    await expect(collect(streamed(candidate([{ text: 'Hi' }]), frame))).rejects.toMatchObject(expected);
  });
});
