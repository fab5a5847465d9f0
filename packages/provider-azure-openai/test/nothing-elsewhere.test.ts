import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { sendsOnlyTo } from '@tako/testing';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { test } from 'vitest';

import { streamText } from './answers.js';
import { doors } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };

test.each(doors)('%s sends nothing but to its endpoint', async (_, azureOpenAI) => {
  await using server = await loopbackServer((response) => streamText(response));
  await using failing = await loopbackServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.url, failing.url], async () => {
    for (const apiVersion of ['2024-10-21', 'v1']) {
      const options = { deployment: 'd', apiKey: 'k', apiVersion };
      await collect(azureOpenAI({ ...options, endpoint: server.url }).stream(question, call()));
      await chat(azureOpenAI({ ...options, endpoint: failing.url }), question).catch(() => undefined);
    }
  });
});
