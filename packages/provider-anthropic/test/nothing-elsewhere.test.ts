import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { sendsOnlyTo } from '@tako/testing';
import { test } from 'vitest';

import { doors } from './doors.js';
import { answerJson, streamText, vendorServer } from './vendor-server.js';

const question: ChatRequest = { messages: [user('Well?')] };

test.each(doors)('%s sends nothing but to its base URL', async (_, anthropic) => {
  await using server = await vendorServer((response) => streamText(response));
  await using failing = await vendorServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.baseUrl, failing.baseUrl], async () => {
    await collect(anthropic({ model: 'm', apiKey: 'k', baseUrl: server.baseUrl }).stream(question, call()));
    await chat(anthropic({ model: 'm', apiKey: 'k', baseUrl: failing.baseUrl }), question).catch(() => undefined);
  });
});
