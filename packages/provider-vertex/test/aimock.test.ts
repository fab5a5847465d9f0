import { LLMock } from '@copilotkit/aimock';
import { call, chat, collect, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { mockAnswers } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { doors } from './doors.js';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(mockAnswers.fixtures());
  mock.onMessage('hello', {
    content: 'Grüß Gott, 世界! 👋🏽',
    usage: { promptTokenCount: 11, candidatesTokenCount: 5 },
  });
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.' });
  mock.onMessage('filtered', { content: '', finishReason: 'content_filter' });
  mock.onMessage('too much', {
    error: { message: 'The input token count (9) exceeds the maximum number of tokens allowed (8).' },
    status: 400,
  });
  await mock.start();
});
afterAll(() => mock.stop());

describe.each(doors)('Gemini by aimock, %s', (_, vertex) => {
  const model = (): Provider => vertex({ model: 'gemini-3.8-flash', accessToken: 'mock', baseUrl: `${mock.url}/v1` });

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

  test('text and usage', async () => {
    expect(await answers({ messages: [user('hello')] })).toMatchObject({
      message: { content: [{ type: 'text', text: 'Grüß Gott, 世界! 👋🏽' }] },
      finishReason: 'stop',
      usage: { inputTokens: 11, outputTokens: 5 },
    });
  });

  test('reasoning', async () => {
    const { message } = await answers({ messages: [user('think')], reasoning: { effort: 'low' } });
    expect(message.content).toEqual([
      { type: 'reasoning', text: 'Let me see.' },
      { type: 'text', text: 'So it is.' },
    ]);
  });

  test('an answer that was withheld', async () => {
    expect(await answers({ messages: [user('filtered')] })).toMatchObject({
      finishReason: 'content_filter',
      rawFinishReason: 'SAFETY',
    });
  });

  test('a prompt that is too long', async () => {
    await expect(chat(model(), { messages: [user('too much')] })).rejects.toMatchObject({
      code: 'context_overflow',
      status: 400,
    });
  });
});
