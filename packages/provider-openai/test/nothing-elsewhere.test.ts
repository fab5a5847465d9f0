import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { responses } from '@tako/provider-openai/responses';
import { sendsOnlyTo } from '@tako/testing';
import { test } from 'vitest';

import { doors } from './doors.js';
import { answerJson, streamText, vendorServer } from './vendor-server.js';

const question: ChatRequest = { messages: [user('Well?')] };

test.each(doors)('%s sends nothing but to its base URL', async (_, openai) => {
  await using server = await vendorServer((response) => streamText(response));
  await using failing = await vendorServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.baseUrl, failing.baseUrl], async () => {
    await collect(openai({ model: 'm', apiKey: 'k', baseUrl: server.baseUrl }).stream(question, call()));
    for (const api of [undefined, responses]) {
      const model = openai({ model: 'm', apiKey: 'k', api, baseUrl: failing.baseUrl });
      await chat(model, question).catch(() => undefined);
    }
  });
});
