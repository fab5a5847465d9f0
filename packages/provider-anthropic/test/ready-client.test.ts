import { Anthropic } from '@anthropic-ai/sdk';
import { call, collect, user } from '@tako/core';
import { anthropic, type AnthropicClient } from '@tako/provider-anthropic';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { expect, expectTypeOf, test } from 'vitest';

import { streamText } from './answers.js';

const question = { messages: [user('Well?')] };

test('clients of the package @anthropic-ai/sdk fit', () => {
  expectTypeOf<Anthropic>().toExtend<AnthropicClient>();
});

test('a ready client sends by its own address and key', async () => {
  await using server = await loopbackServer((response) => streamText(response, 'By client'));
  const client = new Anthropic({ apiKey: 'client-key', baseURL: server.url, defaultHeaders: { 'x-mine': '1' } });
  const { message, requestId } = await collect(anthropic({ model: 'm', client }).stream(question, call()));
  expect(message.content).toEqual([{ type: 'text', text: 'By client' }]);
  expect(requestId).toBe('req_1');
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer client-key',
    'x-mine': '1',
    'anthropic-version': '2026-10-21',
  });
});

test("a ready client's own retries are off, and its key is no part of an error", async () => {
  await using server = await loopbackServer((response) => {
    answerJson(response, 401, { type: 'error', error: { message: 'invalid key: client.key.1234' } });
  });
  const client = new Anthropic({ authToken: 'client.key.1234', baseURL: server.url, maxRetries: 5 });
  const failing = collect(anthropic({ model: 'm', client }).stream(question, call()));
  await expect(failing).rejects.toMatchObject({ code: 'auth', excerpt: 'invalid key: <redacted>' });
  expect(server.requests).toHaveLength(1);
});
