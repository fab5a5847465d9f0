import { LLMock, type ChaosConfig } from '@copilotkit/aimock';
import { call, chat, collect, toolResults, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { doors } from './doors.js';

const mock = new LLMock({ port: 0 });
const weather = {
  name: 'weather',
  description: 'The weather of a city, now',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const forecast = {
  type: 'object',
  properties: { rain: { type: 'boolean' } },
  required: ['rain'],
  additionalProperties: false,
};

beforeAll(async () => {
  mock.onMessage('hello', { content: 'Grüß Gott, 世界! 👋🏽' });
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.', reasoningSignature: 'signed-1' });
  mock.onMessage('secretly', { content: 'So it is.', redactedThinking: ['sealed-1'] });
  mock.onToolResult('call_rome', { content: 'Rain in Oslo, sun in Rome.' });
  mock.onMessage('one city', { toolCalls: [{ id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }] });
  mock.onMessage('two cities', {
    content: 'I look.',
    toolCalls: [
      { id: 'call_oslo', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'call_rome', name: 'weather', arguments: '{"city":"Rome"}' },
    ],
  });
  mock.onMessage('forecast', { content: '{"rain":true}' });
  mock.onMessage('counted', { content: 'Ten.', usage: { input_tokens: 10, output_tokens: 4 } });
  mock.onMessage('too much', {
    error: { message: 'prompt is too long: 250000 tokens > 200000 maximum', type: 'invalid_request_error' },
    status: 400,
  });
  await mock.start();
});
afterAll(() => mock.stop());

describe.each(doors)('Anthropic by aimock, %s', (_, anthropic) => {
  const model = (): Provider => anthropic({ model: 'claude-haiku-4-5', apiKey: 'mock', baseUrl: mock.url });

  /** The answer streamed and whole: they must be the same but for the ids that aimock makes anew. */
  async function answers(request: ChatRequest): Promise<ChatResponse> {
    const streamed = await collect(model().stream(request, call()));
    const whole = await chat(model(), request);
    expect({ ...whole, requestId: '' }).toEqual({ ...streamed, requestId: '' });
    return streamed;
  }

  test('text', async () => {
    expect(await answers({ messages: [user('hello')] })).toMatchObject({
      message: { content: [{ type: 'text', text: 'Grüß Gott, 世界! 👋🏽' }] },
      finishReason: 'stop',
      rawFinishReason: 'end_turn',
      model: 'claude-haiku-4-5',
    });
    expect(mock.getLastRequest()?.headers).toMatchObject({ 'anthropic-version': '2026-10-21' });
  });

  test('usage', async () => {
    expect((await answers({ messages: [user('counted')] })).usage).toMatchObject({ inputTokens: 10, outputTokens: 4 });
  });

  test('reasoning, signed, comes back with a further question', async () => {
    const question = user('think');
    const { message } = await answers({ messages: [question], reasoning: { effort: 'low' } });
    expect(message.content).toEqual([
      { type: 'reasoning', text: 'Let me see.', vendorData: { vendor: 'anthropic', data: { signature: 'signed-1' } } },
      { type: 'text', text: 'So it is.' },
    ]);
    expect(mock.getLastRequest()?.body).toMatchObject({ max_tokens: 8_192 });
    await answers({ messages: [question, message, user('hello')] });
  });

  test('reasoning that the vendor does not show', async () => {
    expect((await answers({ messages: [user('secretly')] })).message.content).toEqual([
      { type: 'reasoning', text: '', vendorData: { vendor: 'anthropic', data: { redacted: 'sealed-1' } } },
      { type: 'text', text: 'So it is.' },
    ]);
  });

  test('a tool call', async () => {
    expect(await answers({ messages: [user('one city')], tools: [weather], toolChoice: 'required' })).toMatchObject({
      message: { content: [{ type: 'tool_call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }] },
      finishReason: 'tool_calls',
    });
  });

  test('parallel tool calls, and the answer to their results', async () => {
    const question = user('two cities');
    const { message, finishReason } = await answers({ messages: [question], tools: [weather] });
    expect(finishReason).toBe('tool_calls');
    expect(message.content).toMatchObject([
      { type: 'text', text: 'I look.' },
      { type: 'tool_call', id: 'call_oslo' },
      { type: 'tool_call', id: 'call_rome' },
    ]);
    const results = message.content.flatMap((part) =>
      part.type === 'tool_call'
        ? [
            {
              type: 'tool_result' as const,
              toolCallId: part.id,
              name: part.name,
              content: [{ type: 'text' as const, text: 'Rain.' }],
            },
          ]
        : [],
    );
    const answer = await answers({ messages: [question, message, toolResults(...results)], tools: [weather] });
    expect(answer.message.content).toEqual([{ type: 'text', text: 'Rain in Oslo, sun in Rome.' }]);
  });

  test('an answer bound to a schema', async () => {
    const responseFormat = { type: 'json_schema' as const, name: 'forecast', schema: forecast };
    const { message, warnings } = await answers({ messages: [user('forecast')], responseFormat });
    expect(message.content).toEqual([{ type: 'text', text: '{"rain":true}' }]);
    expect(warnings).toEqual([]);
  });

  test('a prompt that is too long', async () => {
    await expect(chat(model(), { messages: [user('too much')] })).rejects.toMatchObject({
      code: 'context_overflow',
      status: 400,
    });
  });

  test.each<[string, ChaosConfig, object]>([
    ['a server error', { dropRate: 1 }, { code: 'provider', status: 500, retryable: true }],
    ['a rate limit', { rateLimitRate: 1 }, { code: 'rate_limited', status: 429, retryAfterMs: expect.any(Number) }],
    ['a body that is no JSON', { malformedRate: 1 }, { code: 'malformed_response' }],
    ['a connection that breaks', { disconnectRate: 1 }, { code: 'transport' }],
  ])('%s', async (_name, chaos, failure) => {
    mock.setChaos(chaos);
    try {
      const hello = { messages: [user('hello')] };
      await expect(collect(model().stream(hello, call()))).rejects.toMatchObject(failure);
      await expect(chat(model(), hello)).rejects.toMatchObject(failure);
    } finally {
      mock.clearChaos();
    }
  });
});
