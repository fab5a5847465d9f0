import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { mistral } from '@tako/provider-mistral';
import { sendsOnlyTo } from '@tako/testing';
import { test } from 'vitest';

import { answerJson, vendorServer } from './vendor-server.js';

const question: ChatRequest = { messages: [user('Well?')] };

test('it sends nothing but to its base URL', async () => {
  await using server = await vendorServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.baseUrl], async () => {
    const model = mistral({ model: 'm', apiKey: 'k', baseUrl: server.baseUrl });
    await chat(model, question).catch(() => undefined);
    await collect(model.stream(question, call())).catch(() => undefined);
  });
});
