import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { mistral } from '@tako/provider-mistral';
import { sendsOnlyTo } from '@tako/testing';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { test } from 'vitest';

const question: ChatRequest = { messages: [user('Well?')] };

test('it sends nothing but to its base URL', async () => {
  await using server = await loopbackServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.url], async () => {
    const model = mistral({ model: 'm', apiKey: 'k', baseUrl: server.url });
    await chat(model, question).catch(() => undefined);
    await collect(model.stream(question, call())).catch(() => undefined);
  });
});
