import { LLMock } from '@copilotkit/aimock';
import { call, chat, collect, user, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';
import { responses } from '@tako/provider-openai/responses';
import { mockAnswers } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { doors } from './doors.js';

const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.addFixtures(mockAnswers.fixtures());
  mock.onMessage('think', { content: 'So it is.', reasoning: 'Let me see.' });
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

  test.each(mockAnswers.cases({ provider: model, mock }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  /** The answer streamed and whole: they must be the same but for the ids that aimock makes anew. */
  async function answers(request: ChatRequest): Promise<ChatResponse> {
    const streamed = await collect(model().stream(request, call()));
    const whole = await chat(model(), request);
    expect(withoutIds(whole)).toEqual(withoutIds(streamed));
    return streamed;
  }

  test('reasoning', async () => {
    expect(said(await answers({ messages: [user('think')] }))).toMatchObject([
      { type: 'reasoning', text: 'Let me see.', vendorData: { data: { encrypted_content: expect.any(String) } } },
      { type: 'text', text: 'So it is.' },
    ]);
  });
});
