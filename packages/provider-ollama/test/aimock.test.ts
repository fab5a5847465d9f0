import { LLMock, type ChaosConfig } from '@copilotkit/aimock';
import { call, chat, collect, toolResults, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { ollama } from '@tako/provider-ollama';
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
  mock.on({ userMessage: 'two cities', hasToolResult: true }, { content: 'Rain in Oslo, sun in Rome.' });
  mock.onMessage('one city', { toolCalls: [{ name: 'weather', arguments: '{"city":"Oslo"}' }] });
  mock.onMessage('two cities', {
    content: 'I look.',
    toolCalls: [
      { name: 'weather', arguments: '{"city":"Oslo"}' },
      { name: 'weather', arguments: '{"city":"Rome"}' },
    ],
  });
  mock.onMessage('forecast', { content: '{"rain":true}' });
  await mock.start();
});
afterAll(() => mock.stop());

// The mock tells reasoning in a field that Ollama does not have: reasoning is tested without it.
describe('Ollama by aimock', () => {
  const model = (): Provider => ollama({ model: 'llama3.2', baseUrl: mock.url });

  /** The answer streamed and whole: they must be the same but for the ids that are made anew. */
  async function answers(request: ChatRequest): Promise<ChatResponse> {
    const streamed = await collect(model().stream(request, call()));
    const whole = await chat(model(), request);
    const withoutIds = ({ message, ...response }: ChatResponse): object => ({
      ...response,
      requestId: '',
      content: message.content.map((part) => (part.type === 'tool_call' ? { ...part, id: '' } : part)),
    });
    expect(withoutIds(whole)).toEqual(withoutIds(streamed));
    return streamed;
  }

  test('text', async () => {
    expect(await answers({ messages: [user('hello')] })).toMatchObject({
      message: { content: [{ type: 'text', text: 'Grüß Gott, 世界! 👋🏽' }] },
      finishReason: 'stop',
      rawFinishReason: 'stop',
      model: 'llama3.2',
      usage: { inputTokens: 0, outputTokens: 0 }, // the mock counts nothing
    });
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
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
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
