import { LLMock } from '@copilotkit/aimock';
import { call, chat, collect, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { mockAnswers } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { doors } from './doors.js';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(mockAnswers.fixtures());
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.' });
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

  test.each(mockAnswers.cases({ provider: model, mock }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  /** The answer streamed and whole: they must be the same but for the ids that aimock makes anew. */
  async function answers(request: ChatRequest): Promise<ChatResponse> {
    const streamed = await collect(model().stream(request, call()));
    const whole = await chat(model(), request);
    expect({ ...whole, requestId: '' }).toEqual({ ...streamed, requestId: '' });
    expect(streamed.requestId).toMatch(/.+/);
    return streamed;
  }

  test('reasoning', async () => {
    expect((await answers({ messages: [user('think')] })).message.content).toEqual([
      { type: 'reasoning', text: 'Let me see.' },
      { type: 'text', text: 'So it is.' },
    ]);
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
});
