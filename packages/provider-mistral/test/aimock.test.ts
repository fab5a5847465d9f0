import { LLMock, type ChaosConfig } from '@copilotkit/aimock';
import { call, chat, collect, toolResults, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { mistral } from '@tako/provider-mistral';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const mock = new LLMock({ port: 0 });
const weather = {
  name: 'weather',
  description: 'The weather of a city, now',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const forecast = { type: 'object', properties: { rain: { type: 'boolean' } }, required: ['rain'] };

beforeAll(async () => {
  mock.onMessage('hello', { content: 'Grüß Gott, 世界! 👋🏽' });
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.' });
  mock.onToolResult('romeRome1', { content: 'Rain in Oslo, sun in Rome.' });
  mock.onMessage('one city', { toolCalls: [{ id: 'osloOslo1', name: 'weather', arguments: '{"city":"Oslo"}' }] });
  mock.onMessage('two cities', {
    content: 'I look.',
    toolCalls: [
      { id: 'osloOslo1', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'romeRome1', name: 'weather', arguments: '{"city":"Rome"}' },
    ],
  });
  mock.on({ userMessage: 'forecast', responseFormat: 'json_schema' }, { content: '{"rain":true}' });
  mock.onMessage('too much', {
    error: { message: 'too large for model with 32768 maximum context length' },
    status: 400,
  });
  await mock.start();
});
afterAll(() => mock.stop());

describe('Mistral by aimock, which speaks as OpenAI does', () => {
  const model = (): Provider => mistral({ model: 'mistral-small-latest', apiKey: 'mock', baseUrl: `${mock.url}/v1` });

  /** The answer streamed and whole: they must be the same but for the ids that aimock makes anew. */
  async function answers(request: ChatRequest): Promise<ChatResponse> {
    const streamed = await collect(model().stream(request, call()));
    const whole = await chat(model(), request);
    // Mistral tells usage in a stream by itself; OpenAI, and the mock, only when asked.
    expect({ ...whole, requestId: '', usage: undefined }).toEqual({ ...streamed, requestId: '' });
    return whole;
  }

  test('text', async () => {
    expect(await answers({ messages: [user('hello')] })).toMatchObject({
      message: { content: [{ type: 'text', text: 'Grüß Gott, 世界! 👋🏽' }] },
      finishReason: 'stop',
      rawFinishReason: 'stop',
      model: 'mistral-small-latest',
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    });
  });

  test('reasoning', async () => {
    expect((await answers({ messages: [user('think')] })).message.content).toEqual([
      { type: 'reasoning', text: 'Let me see.', vendorData: { vendor: 'mistral', data: {} } },
      { type: 'text', text: 'So it is.' },
    ]);
  });

  test('a prompt that is too long', async () => {
    const failing = chat(model(), { messages: [user('too much')] });
    await expect(failing).rejects.toMatchObject({ code: 'context_overflow', status: 400 });
  });

  test('a tool call', async () => {
    expect(await answers({ messages: [user('one city')], tools: [weather] })).toMatchObject({
      message: {
        content: [{ type: 'tool_call', id: expect.stringMatching(/./), name: 'weather', arguments: '{"city":"Oslo"}' }],
      },
      finishReason: 'tool_calls',
    });
  });

  test('parallel tool calls, and the answer to their results', async () => {
    const question = user('two cities');
    const { message } = await answers({ messages: [question], tools: [weather] });
    const calls = message.content.filter((part) => part.type === 'tool_call');
    expect(calls.map(({ arguments: json }) => json)).toEqual(['{"city":"Oslo"}', '{"city":"Rome"}']);
    expect(calls.map(({ id }) => id)).toEqual(['osloOslo1', 'romeRome1']);
    const results = calls.map(({ id, name }) => ({
      type: 'tool_result' as const,
      toolCallId: id,
      name,
      content: [{ type: 'text' as const, text: 'Rain.' }],
    }));
    const answer = await answers({ messages: [question, message, toolResults(...results)], tools: [weather] });
    expect(answer.message.content).toEqual([{ type: 'text', text: 'Rain in Oslo, sun in Rome.' }]);
  });

  test('an answer bound to a schema', async () => {
    const responseFormat = { type: 'json_schema', name: 'forecast', schema: forecast } as const;
    const { message } = await answers({ messages: [user('forecast')], responseFormat });
    expect(message.content).toEqual([{ type: 'text', text: '{"rain":true}' }]);
  });

  test.each<[string, ChaosConfig, object]>([
    ['a server error', { dropRate: 1 }, { code: 'provider', status: 500 }],
    ['a rate limit', { rateLimitRate: 1 }, { code: 'rate_limited', status: 429 }],
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
