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
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.' });
  mock.onToolResult('call_rome', { content: 'Rain in Oslo, sun in Rome.' });
  mock.onMessage('one city', { toolCalls: [{ id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }] });
  mock.onMessage('two cities', {
    content: 'I look.',
    toolCalls: [
      { id: 'call_oslo', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'call_rome', name: 'weather', arguments: '{"city":"Rome"}' },
    ],
  });
  mock.on({ userMessage: 'forecast', responseFormat: 'json_schema' }, { content: '{"rain":true}' });
  mock.onMessage('filtered', { content: '', finishReason: 'content_filter' });
  mock.onMessage('too much', {
    error: { message: 'Context length exceeded', code: 'context_length_exceeded' },
    status: 400,
  });
  await mock.start();
});
afterAll(() => mock.stop());

describe.each(
  doors.flatMap(([door, make]) => ['2024-10-21', 'v1'].map((apiVersion) => [door, apiVersion, make] as const)),
)('Azure OpenAI by aimock, %s, %s', (_, apiVersion, azureOpenAI) => {
  const model = (): Provider => azureOpenAI({ deployment: 'gpt-4o', apiKey: 'mock', endpoint: mock.url, apiVersion });

  /** The answer streamed and whole: they must be the same but for the ids that aimock makes anew. */
  async function answers(request: ChatRequest): Promise<ChatResponse> {
    const streamed = await collect(model().stream(request, call()));
    const whole = await chat(model(), request);
    expect({ ...whole, requestId: '' }).toEqual({ ...streamed, requestId: '' });
    expect(streamed.requestId).toMatch(/.+/);
    return streamed;
  }

  test('text', async () => {
    expect(await answers({ messages: [user('hello')] })).toMatchObject({
      message: { content: [{ type: 'text', text: 'Grüß Gott, 世界! 👋🏽' }] },
      finishReason: 'stop',
      model: 'gpt-4o',
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    });
  });

  test('reasoning', async () => {
    expect((await answers({ messages: [user('think')] })).message.content).toEqual([
      { type: 'reasoning', text: 'Let me see.' },
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
    const { message } = await answers({ messages: [question], tools: [weather] });
    expect(message.content.map(({ type }) => type)).toEqual(['text', 'tool_call', 'tool_call']);
    const results = message.content.flatMap((part) =>
      part.type === 'tool_call'
        ? [
            {
              type: 'tool_result' as const,
              toolCallId: part.id,
              name: part.name,
              content: [{ type: 'text' as const, text: part.id }],
            },
          ]
        : [],
    );
    const answer = await answers({ messages: [question, message, toolResults(...results)], tools: [weather] });
    expect(answer.message.content).toEqual([{ type: 'text', text: 'Rain in Oslo, sun in Rome.' }]);
    expect(mock.getLastRequest()?.body).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', tool_calls: [{ id: 'call_oslo' }, { id: 'call_rome' }] },
        { role: 'tool', tool_call_id: 'call_oslo', content: 'call_oslo' },
        { role: 'tool', tool_call_id: 'call_rome', content: 'call_rome' },
      ],
    });
  });

  test('an answer bound to a schema', async () => {
    const responseFormat = { type: 'json_schema' as const, name: 'forecast', schema: forecast };
    const { message } = await answers({ messages: [user('forecast')], responseFormat });
    expect(message.content).toEqual([{ type: 'text', text: '{"rain":true}' }]);
    expect(mock.getLastRequest()?.body).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'forecast', strict: true, schema: forecast } },
    });
  });

  test('an answer that was withheld', async () => {
    expect((await answers({ messages: [user('filtered')] })).finishReason).toBe('content_filter');
  });

  test("the vendor's own error code counts more than the status", async () => {
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
