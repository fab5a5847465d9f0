import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { responses } from '@tako/provider-openai/responses';
import { sendsOnlyTo } from '@tako/testing';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { test } from 'vitest';

import { streamText } from './answers.js';
import { doors } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };

test.each(doors)('%s sends nothing but to its base URL', async (_, openai) => {
  await using server = await loopbackServer((response) => streamText(response));
  await using failing = await loopbackServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([`${server.url}/v1`, `${failing.url}/v1`], async () => {
    await collect(openai({ model: 'm', apiKey: 'k', baseUrl: `${server.url}/v1` }).stream(question, call()));
    for (const api of [undefined, responses]) {
      const model = openai({ model: 'm', apiKey: 'k', api, baseUrl: `${failing.url}/v1` });
      await chat(model, question).catch(() => undefined);
    }
  });
});
