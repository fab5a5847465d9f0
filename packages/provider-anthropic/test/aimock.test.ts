import { LLMock } from '@copilotkit/aimock';
import { call, chat, collect, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { mockAnswers } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { doors } from './doors.js';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(mockAnswers.fixtures());
  mock.onMessage('hello', { content: 'Grüß Gott, 世界! 👋🏽' });
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.', reasoningSignature: 'signed-1' });
  mock.onMessage('secretly', { content: 'So it is.', redactedThinking: ['sealed-1'] });
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

  test.each(mockAnswers.cases({ provider: model, mock }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

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

  test('a prompt that is too long', async () => {
    await expect(chat(model(), { messages: [user('too much')] })).rejects.toMatchObject({
      code: 'context_overflow',
      status: 400,
    });
  });
});
