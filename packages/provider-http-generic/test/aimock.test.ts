import { LLMock, type ChaosConfig } from '@copilotkit/aimock';
import { call, chat, collect, toolResults, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { httpGeneric, type AnswerPointers } from '@tako/provider-http-generic';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

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
  mock.on({ userMessage: 'two cities', hasToolResult: true }, { content: 'Rain in Oslo, sun in Rome.' });
  mock.onMessage('one city', { toolCalls: [{ id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }] });
  mock.onMessage('two cities', {
    toolCalls: [
      { id: 'call_oslo', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'call_rome', name: 'weather', arguments: '{"city":"Rome"}' },
    ],
  });
  mock.on({ userMessage: 'forecast', responseFormat: 'json_schema' }, { content: '{"rain":true}' });
  mock.onMessage('too much', {
    error: { message: 'Context length exceeded', code: 'context_length_exceeded' },
    status: 400,
  });
  await mock.start();
});
afterAll(() => mock.stop());

/** Where things stand in OpenAI's `message`, or in its `delta`. */
function openaiPointers(message: string): AnswerPointers {
  return {
    text: `${message}/content`,
    reasoning: `${message}/reasoning_content`,
    finishReason: '/choices/0/finish_reason',
    toolCalls: {
      list: `${message}/tool_calls`,
      id: '/id',
      name: '/function/name',
      arguments: '/function/arguments',
      index: '/index',
    },
    usage: { inputTokens: '/usage/prompt_tokens', outputTokens: '/usage/completion_tokens' },
    model: '/model',
    error: '/error',
  };
}

const ollamaPointers: AnswerPointers = {
  text: '/message/content',
  finishReason: '/done_reason',
  toolCalls: { list: '/message/tool_calls', name: '/function/name', arguments: '/function/arguments' },
  usage: { inputTokens: '/prompt_eval_count', outputTokens: '/eval_count' },
  model: '/model',
  error: '/error',
};

const endpoints: readonly (readonly [name: string, make: () => Provider])[] = [
  [
    'OpenAI in its own shape',
    () =>
      httpGeneric({
        model: 'gpt-4o',
        url: `${mock.url}/v1/chat/completions`,
        apiKey: 'mock',
        stream: { format: 'openai_sse' },
      }),
  ],
  [
    'OpenAI by pointers',
    () =>
      httpGeneric({
        model: 'gpt-4o',
        url: `${mock.url}/v1/chat/completions`,
        headers: { authorization: 'Bearer mock' },
        body: {
          model: '{{ model }}',
          messages: '{{ messages }}',
          tools: '{{ tools }}',
          response_format: '{{ responseFormat }}',
          stream: '{{ stream }}',
          stream_options: { include_usage: true },
        },
        response: openaiPointers('/choices/0/message'),
        stream: { format: 'sse', ...openaiPointers('/choices/0/delta') },
      }),
  ],
  [
    'Ollama by pointers',
    () =>
      httpGeneric({
        model: 'llama3.2',
        url: `${mock.url}/api/chat`,
        body: {
          model: '{{ model }}',
          messages: '{{ messages }}',
          tools: '{{ tools }}',
          stream: '{{ stream }}',
          response_format: '{{ responseFormat }}',
        },
        response: ollamaPointers,
        stream: { format: 'ndjson', ...ollamaPointers, done: { at: '/done' } },
      }),
  ],
];

// The mock tells Ollama's reasoning in a field that Ollama does not have, and Ollama has another form for schemas.
describe.each(endpoints)('%s, by aimock', (name, model) => {
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
      model: expect.stringMatching(/gpt-4o|llama3.2/),
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    });
  });

  test.skipIf(name.startsWith('Ollama'))('reasoning', async () => {
    expect((await answers({ messages: [user('think')] })).message.content).toEqual([
      { type: 'reasoning', text: 'Let me see.' },
      { type: 'text', text: 'So it is.' },
    ]);
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
    const results = calls.map(({ id, name: tool }) => ({
      type: 'tool_result' as const,
      toolCallId: id,
      name: tool,
      content: [{ type: 'text' as const, text: 'Rain.' }],
    }));
    const answer = await answers({ messages: [question, message, toolResults(...results)], tools: [weather] });
    expect(answer.message.content).toEqual([{ type: 'text', text: 'Rain in Oslo, sun in Rome.' }]);
  });

  test.skipIf(name.startsWith('Ollama'))('an answer bound to a schema', async () => {
    const responseFormat = { type: 'json_schema', name: 'forecast', schema: forecast } as const;
    const { message } = await answers({ messages: [user('forecast')], responseFormat });
    expect(message.content).toEqual([{ type: 'text', text: '{"rain":true}' }]);
  });

  test('a failure in words of the endpoint', async () => {
    await expect(chat(model(), { messages: [user('too much')] })).rejects.toMatchObject({
      status: 400,
      excerpt: 'Context length exceeded',
    });
  });

  test.each<[string, ChaosConfig, object]>([
    ['a server error', { dropRate: 1 }, { code: 'provider', status: 500 }],
    ['a rate limit', { rateLimitRate: 1 }, { code: 'rate_limited', status: 429 }],
    ['a body that is no JSON', { malformedRate: 1 }, { code: 'malformed_response' }],
    ['a connection that breaks', { disconnectRate: 1 }, { code: 'transport' }],
  ])('%s', async (_, chaos, failure) => {
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
