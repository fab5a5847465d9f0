import { LLMock } from '@copilotkit/aimock';
import { call, chat, collect, user, type Provider } from '@tako/core';
import { mistral } from '@tako/provider-mistral';
import { mockAnswers } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(mockAnswers.fixtures());
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.' });
  mock.onMessage('too much', {
    error: { message: 'too large for model with 32768 maximum context length' },
    status: 400,
  });
  await mock.start();
});
afterAll(() => mock.stop());

describe('Mistral by aimock, which speaks as OpenAI does', () => {
  const model = (): Provider => mistral({ model: 'mistral-small-latest', apiKey: 'mock', baseUrl: `${mock.url}/v1` });

  test.each(mockAnswers.cases({ provider: model, mock }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  test('the model, and usage', async () => {
    expect(await chat(model(), { messages: [user('Please greet me')] })).toMatchObject({
      rawFinishReason: 'stop',
      model: 'mistral-small-latest',
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    });
  });

  test('reasoning', async () => {
    const think = { messages: [user('think')] };
    for (const { message } of [await collect(model().stream(think, call())), await chat(model(), think)]) {
      expect(message.content).toEqual([
        { type: 'reasoning', text: 'Let me see.', vendorData: { vendor: 'mistral', data: {} } },
        { type: 'text', text: 'So it is.' },
      ]);
    }
  });

  test('a prompt that is too long', async () => {
    const failing = chat(model(), { messages: [user('too much')] });
    await expect(failing).rejects.toMatchObject({ code: 'context_overflow', status: 400 });
  });
});
