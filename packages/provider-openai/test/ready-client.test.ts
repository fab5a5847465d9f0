import { call, collect, user } from '@tako/core';
import { openai, type OpenAIClient } from '@tako/provider-openai';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { AzureOpenAI, OpenAI } from 'openai';
import { expect, expectTypeOf, test } from 'vitest';

import { streamText } from './answers.js';

const question = { messages: [user('Well?')] };

test('clients of the package openai fit', () => {
  expectTypeOf<OpenAI>().toExtend<OpenAIClient>();
  expectTypeOf<AzureOpenAI>().toExtend<OpenAIClient>();
});

test('a ready client sends by its own address and key', async () => {
  await using server = await loopbackServer((response) => streamText(response, 'By client'));
  const client = new OpenAI({ apiKey: 'client-key', baseURL: `${server.url}/v1`, defaultHeaders: { 'x-mine': '1' } });
  const { message, requestId } = await collect(openai({ model: 'm', client }).stream(question, call()));
  expect(message.content).toEqual([{ type: 'text', text: 'By client' }]);
  expect(requestId).toBe('req_1');
  expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer client-key', 'x-mine': '1' });
});

test("a ready client's own retries are off, and its key is no part of an error", async () => {
  await using server = await loopbackServer((response) => {
    answerJson(response, 401, { error: { message: 'Incorrect API key provided: client.key.1234' } });
  });
  const client = new OpenAI({ apiKey: 'client.key.1234', baseURL: `${server.url}/v1`, maxRetries: 5 });
  const failing = collect(openai({ model: 'm', client }).stream(question, call()));
  await expect(failing).rejects.toMatchObject({ code: 'auth', excerpt: 'Incorrect API key provided: <redacted>' });
  expect(server.requests).toHaveLength(1);
});

test('a client for Azure asks for its deployment', async () => {
  await using server = await loopbackServer((response) => streamText(response));
  const baseURL = `${`${server.url}/v1`.replace('/v1', '')}/openai`;
  const client = new AzureOpenAI({ apiKey: 'azure-key', baseURL, apiVersion: '2024-10-21' });
  await collect(openai({ model: 'my-deployment', client }).stream(question, call()));
  expect(server.requests[0]?.url).toBe('/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21');
  expect(server.requests[0]?.headers['api-key']).toBe('azure-key');
});
