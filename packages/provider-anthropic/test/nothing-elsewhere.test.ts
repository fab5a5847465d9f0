import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { sendsOnlyTo } from '@tako/testing';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { test } from 'vitest';

import { streamText } from './answers.js';
import { doors } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };

test.each(doors)('%s sends nothing but to its base URL', async (_, anthropic) => {
  await using server = await loopbackServer((response) => streamText(response));
  await using failing = await loopbackServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.url, failing.url], async () => {
    await collect(anthropic({ model: 'm', apiKey: 'k', baseUrl: server.url }).stream(question, call()));
    await chat(anthropic({ model: 'm', apiKey: 'k', baseUrl: failing.url }), question).catch(() => undefined);
  });
});
