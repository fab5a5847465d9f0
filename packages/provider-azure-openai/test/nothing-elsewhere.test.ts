import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { sendsOnlyTo } from '@tako/testing';
import { test } from 'vitest';

import { doors } from './doors.js';
import { answerJson, streamText, vendorServer } from './vendor-server.js';

const question: ChatRequest = { messages: [user('Well?')] };

test.each(doors)('%s sends nothing but to its endpoint', async (_, azureOpenAI) => {
  await using server = await vendorServer((response) => streamText(response));
  await using failing = await vendorServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.endpoint, failing.endpoint], async () => {
    for (const apiVersion of ['2024-10-21', 'v1']) {
      const options = { deployment: 'd', apiKey: 'k', apiVersion };
      await collect(azureOpenAI({ ...options, endpoint: server.endpoint }).stream(question, call()));
      await chat(azureOpenAI({ ...options, endpoint: failing.endpoint }), question).catch(() => undefined);
    }
  });
});
