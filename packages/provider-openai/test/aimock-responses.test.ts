import { LLMock, type ChaosConfig } from '@copilotkit/aimock';
import { call, chat, collect, toolResults, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { responses } from '@tako/provider-openai/responses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { doors } from './doors.js';

const mock = new LLMock({ port: 0 });
const weather = { name: 'weather', inputSchema: { type: 'object', properties: { city: { type: 'string' } } } };

beforeAll(async () => {
  mock.onMessage('hello', { content: 'Grüß Gott, 世界! 👋🏽' });
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.' });
  mock.onToolResult('call_rome', { content: 'Rain in Oslo, sun in Rome.' });
  mock.onMessage('two cities', {
    toolCalls: [
      { id: 'call_oslo', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'call_rome', name: 'weather', arguments: '{"city":"Rome"}' },
    ],
  });
  await mock.start();
});
afterAll(() => mock.stop());

function withoutIds(response: ChatResponse): object {
  const content = response.message.content.map(({ vendorData, ...part }) => ({
    ...part,
    hasState: vendorData !== undefined,
  }));
  return { ...response, requestId: '', message: content };
}

/** The parts that are no bare state of the vendor's. */
function said({ message }: ChatResponse): readonly object[] {
  return message.content.filter((part) => part.type !== 'reasoning' || part.text !== '');
}

describe.each(doors)("OpenAI's Responses API by aimock, %s", (_, openai) => {
  const model = (): Provider => openai({ model: 'gpt-5', apiKey: 'mock', baseUrl: `${mock.url}/v1`, api: responses });

  /** The answer streamed and whole: they must be the same but for the ids that aimock makes anew. */
  async function answers(request: ChatRequest): Promise<ChatResponse> {
    const streamed = await collect(model().stream(request, call()));
    const whole = await chat(model(), request);
    expect(withoutIds(whole)).toEqual(withoutIds(streamed));
    return streamed;
  }

  test('text', async () => {
    const answer = await answers({ messages: [user('hello')] });
    expect(said(answer)).toEqual([{ type: 'text', text: 'Grüß Gott, 世界! 👋🏽' }]);
    expect(answer).toMatchObject({
      finishReason: 'stop',
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    });
  });

  test('reasoning', async () => {
    expect(said(await answers({ messages: [user('think')] }))).toMatchObject([
      { type: 'reasoning', text: 'Let me see.', vendorData: { data: { encrypted_content: expect.any(String) } } },
      { type: 'text', text: 'So it is.' },
    ]);
  });

  test('parallel tool calls, and the answer to their results', async () => {
    const question = user('two cities');
    const { message, finishReason } = await answers({ messages: [question], tools: [weather] });
    expect(finishReason).toBe('tool_calls');
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
    expect(results.map(({ toolCallId }) => toolCallId)).toEqual(['call_oslo', 'call_rome']);
    const answer = await answers({ messages: [question, message, toolResults(...results)], tools: [weather] });
    expect(said(answer)).toEqual([{ type: 'text', text: 'Rain in Oslo, sun in Rome.' }]);
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
