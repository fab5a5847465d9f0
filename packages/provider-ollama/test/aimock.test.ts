import { LLMock } from '@copilotkit/aimock';
import { call, collect, user, type Provider } from '@tako/core';
import { ollama } from '@tako/provider-ollama';
import { mockAnswers } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(mockAnswers.fixtures());
  await mock.start();
});
afterAll(() => mock.stop());

// The mock tells reasoning in a field that Ollama does not have: reasoning is tested without it.
describe('Ollama by aimock', () => {
  const model = (): Provider => ollama({ model: 'llama3.2', baseUrl: mock.url });

  test.each(mockAnswers.cases({ provider: model, mock, makesIds: true }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  test('the model, and usage where the mock counts nothing', async () => {
    const answer = await collect(model().stream({ messages: [user('Please greet me')] }, call()));
    expect(answer).toMatchObject({
      rawFinishReason: 'stop',
      model: 'llama3.2',
      usage: { inputTokens: 0, outputTokens: 0 },
    });
  });
});
