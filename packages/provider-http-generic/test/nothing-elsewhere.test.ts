import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { httpGeneric } from '@tako/provider-http-generic';
import { sendsOnlyTo } from '@tako/testing';
import { test } from 'vitest';

import { answerJson, vendorServer } from './vendor-server.js';

const question: ChatRequest = { messages: [user('Well?')] };

test('it sends nothing but to its URLs', async () => {
  await using server = await vendorServer((response) => answerJson(response, 200, { t: 'Hi' }));
  await using live = await vendorServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.baseUrl, live.baseUrl], async () => {
    const stream = { format: 'ndjson', url: live.baseUrl, text: '/t' } as const;
    const model = httpGeneric({ model: 'm', url: server.baseUrl, apiKey: 'k', response: { text: '/t' }, stream });
    await chat(model, question);
    await collect(model.stream(question, call())).catch(() => undefined);
  });
});
