import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { sendsOnlyTo } from '@tako/testing';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { test } from 'vitest';

import { streamText } from './answers.js';
import { doors } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };

test.each(doors)('%s sends nothing but to its base URL', async (_, vertex) => {
  await using server = await loopbackServer((response) => streamText(response));
  await using failing = await loopbackServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([`${server.url}/v1`, `${failing.url}/v1`], async () => {
    const options = { model: 'gemini-2.5-flash', accessToken: 'token' };
    await collect(vertex({ ...options, baseUrl: `${server.url}/v1` }).stream(question, call()));
    await chat(vertex({ ...options, baseUrl: `${failing.url}/v1` }), question).catch(() => undefined);
  });
});
