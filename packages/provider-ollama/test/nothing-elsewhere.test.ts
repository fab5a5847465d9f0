import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { ollama, ollamaCapabilities } from '@tako/provider-ollama';
import { sendsOnlyTo } from '@tako/testing';
import { test } from 'vitest';

import { answerJson, answerLines, hello, vendorServer } from './vendor-server.js';

const question: ChatRequest = { messages: [user('Well?')] };

test('it sends nothing but to its base URL', async () => {
  await using server = await vendorServer((response) => answerLines(response, ...hello));
  await using failing = await vendorServer((response) => answerJson(response, 500, {}));
  await sendsOnlyTo([server.baseUrl, failing.baseUrl], async () => {
    await collect(ollama({ model: 'm', baseUrl: server.baseUrl }).stream(question, call()));
    await chat(ollama({ model: 'm', baseUrl: failing.baseUrl }), question).catch(() => undefined);
    await ollamaCapabilities({ model: 'm', baseUrl: failing.baseUrl }).catch(() => undefined);
  });
});
