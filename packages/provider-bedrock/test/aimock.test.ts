import { LLMock, type ChaosConfig } from '@copilotkit/aimock';
import { call, chat, collect, toolResults, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { bedrock } from '@tako/provider-bedrock';
import { afterAll, beforeAll, expect, test } from 'vitest';

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
  mock.onMessage('hello', { content: 'Grüß Gott, 世界! 👋🏽', usage: { input_tokens: 9, output_tokens: 4 } });
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
  mock.onMessage('forecast', { content: '{"rain":true}' });
  mock.onMessage('withheld', { content: 'Sorry.', finishReason: 'guardrail_intervened' });
  mock.onMessage('too much', { error: { message: 'Input is too long for requested model.' }, status: 400 });
  mock.onMessage('too fast', { error: { message: 'Too many requests, please wait.' }, status: 429 });
  await mock.start();
});
afterAll(() => mock.stop());

function model(): Provider {
  return bedrock({
    model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    apiKey: 'mock',
    region: 'eu-central-1',
    endpointUrl: mock.url,
  });
}

/** The answer streamed and whole: they must be the same. */
async function answers(request: ChatRequest): Promise<ChatResponse> {
  const streamed = await collect(model().stream(request, call()));
  const whole = await chat(model(), request);
  expect({ ...whole, requestId: '' }).toEqual({ ...streamed, requestId: '' });
  return streamed;
}

test('text, with its usage', async () => {
  expect(await answers({ messages: [user('hello')] })).toMatchObject({
    message: { content: [{ type: 'text', text: 'Grüß Gott, 世界! 👋🏽' }] },
    finishReason: 'stop',
    rawFinishReason: 'end_turn',
    usage: { inputTokens: 9, outputTokens: 4 },
    warnings: [],
  });
});

test('reasoning', async () => {
  expect((await answers({ messages: [user('think')], reasoning: { effort: 'low' } })).message.content).toEqual([
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
});

test('an answer bound to a schema', async () => {
  const responseFormat = { type: 'json_schema' as const, name: 'forecast', schema: forecast };
  const { message } = await answers({ messages: [user('forecast')], responseFormat });
  expect(message.content).toEqual([{ type: 'text', text: '{"rain":true}' }]);
});

test('an answer that a guardrail withheld', async () => {
  expect(await answers({ messages: [user('withheld')] })).toMatchObject({
    finishReason: 'content_filter',
    rawFinishReason: 'guardrail_intervened',
  });
});

test.each([
  ['too much', { code: 'context_overflow', status: 400, retryable: false }],
  ['too fast', { code: 'rate_limited', status: 429, retryable: true }],
])('%s', async (text, failure) => {
  await expect(collect(model().stream({ messages: [user(text)] }, call()))).rejects.toMatchObject(failure);
  await expect(chat(model(), { messages: [user(text)] })).rejects.toMatchObject(failure);
});

test.each<[string, ChaosConfig, object]>([
  ['a server error', { dropRate: 1 }, { code: 'provider', status: 500, retryable: true }],
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
