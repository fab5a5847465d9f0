import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { httpGeneric } from '@tako/provider-http-generic';
import { sendsOnlyTo } from '@tako/testing';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { test } from 'vitest';

const question: ChatRequest = { messages: [user('Well?')] };

test('it sends nothing but to its URLs', async () => {
  await using server = await loopbackServer((response) => answerJson(response, 200, { t: 'Hi' }));
  await using live = await loopbackServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.url, live.url], async () => {
    const stream = { format: 'ndjson', url: live.url, text: '/t' } as const;
    const model = httpGeneric({ model: 'm', url: server.url, apiKey: 'k', response: { text: '/t' }, stream });
    await chat(model, question);
    await collect(model.stream(question, call())).catch(() => undefined);
  });
});
