import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { azureOpenAI, type AzureOpenAIClient } from '@tako/provider-azure-openai';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { AzureOpenAI, OpenAI } from 'openai';
import { expect, expectTypeOf, test } from 'vitest';

import { streamText } from './answers.js';

const question: ChatRequest = { messages: [user('Well?')] };

test('clients of the package openai fit', () => {
  expectTypeOf<AzureOpenAI>().toExtend<AzureOpenAIClient>();
  expectTypeOf<OpenAI>().toExtend<AzureOpenAIClient>();
});

test('a ready client sends by its own address, version and key', async () => {
  await using server = await loopbackServer((response) => streamText(response, 'By client'));
  const { url: endpoint } = server;
  const client = new AzureOpenAI({ endpoint, apiKey: 'client-key', apiVersion: '2025-04-01-preview' });
  const { message, requestId } = await collect(azureOpenAI({ deployment: 'my-gpt', client }).stream(question, call()));
  expect(message.content).toEqual([{ type: 'text', text: 'By client' }]);
  expect(requestId).toBe('req_1');
  expect(server.requests[0]).toMatchObject({
    url: '/openai/deployments/my-gpt/chat/completions?api-version=2025-04-01-preview',
    headers: { 'api-key': 'client-key' },
  });
});

test('a client with tokens of Entra, and one for v1', async () => {
  await using server = await loopbackServer((response) => streamText(response));
  const { url: endpoint } = server;
  let tokens = 0;
  const azureADTokenProvider = async (): Promise<string> => `token-${++tokens}`;
  const dated = new AzureOpenAI({ endpoint, azureADTokenProvider, apiVersion: '2024-10-21' });
  const v1 = new OpenAI({ baseURL: `${endpoint}/openai/v1`, apiKey: 'client-key' });
  for (const client of [dated, dated, v1]) await chat(azureOpenAI({ deployment: 'd', client }), question);
  expect(server.requests.map(({ url, headers }) => [url.split('?')[0], headers['authorization']])).toEqual([
    ['/openai/deployments/d/chat/completions', 'Bearer token-1'],
    ['/openai/deployments/d/chat/completions', 'Bearer token-2'],
    ['/openai/v1/chat/completions', 'Bearer client-key'],
  ]);
});

test("a ready client's own retries are off, and its key is no part of an error", async () => {
  await using server = await loopbackServer((response) => {
    answerJson(response, 401, { error: { code: '401', message: 'Access denied: client.key.1234' } });
  });
  const client = new AzureOpenAI({
    endpoint: server.url,
    apiKey: 'client.key.1234',
    apiVersion: '2024-10-21',
    maxRetries: 5,
  });
  const failing = chat(azureOpenAI({ deployment: 'd', client }), question);
  await expect(failing).rejects.toMatchObject({ code: 'auth', excerpt: 'Access denied: <redacted>' });
  expect(server.requests).toHaveLength(1);
});
