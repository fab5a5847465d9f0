import { LLMock } from '@copilotkit/aimock';
import { call, chat, collect, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { bedrock } from '@tako/provider-bedrock';
import { mockAnswers } from '@tako/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(mockAnswers.fixtures());
  mock.onMessage('hello', { content: 'Grüß Gott, 世界! 👋🏽', usage: { input_tokens: 9, output_tokens: 4 } });
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.' });
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

test.each(mockAnswers.cases({ provider: model, mock }))('$name', async ({ run }) => {
  await expect(run()).resolves.toBeUndefined();
});

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
