import { LLMock } from '@copilotkit/aimock';
import { call, chat, collect, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { httpGeneric, type AnswerPointers } from '@tako/provider-http-generic';
import { mockAnswers } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(mockAnswers.fixtures());
  mock.onMessage('hello', { content: 'Grüß Gott, 世界! 👋🏽' });
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.' });
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
  test.each(
    mockAnswers.cases({
      provider: model,
      mock,
      makesIds: name.startsWith('Ollama'),
      lacksSchemas: name.startsWith('Ollama'),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

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

  test('a failure in words of the endpoint', async () => {
    await expect(chat(model(), { messages: [user('too much')] })).rejects.toMatchObject({
      status: 400,
      excerpt: 'Context length exceeded',
    });
  });
});
