import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { ollama, ollamaCapabilities } from '@tako/provider-ollama';
import { sendsOnlyTo } from '@tako/testing';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { test } from 'vitest';

import { answerLines, hello } from './answers.js';

const question: ChatRequest = { messages: [user('Well?')] };

test('it sends nothing but to its base URL', async () => {
  await using server = await loopbackServer((response) => answerLines(response, ...hello));
  await using failing = await loopbackServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.url, failing.url], async () => {
    await collect(ollama({ model: 'm', baseUrl: server.url }).stream(question, call()));
    await chat(ollama({ model: 'm', baseUrl: failing.url }), question).catch(() => undefined);
    await ollamaCapabilities({ model: 'm', baseUrl: failing.url }).catch(() => undefined);
  });
});
