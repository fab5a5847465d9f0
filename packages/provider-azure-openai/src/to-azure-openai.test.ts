import { user, type ChatRequest } from '@tako/core';
import { expect, test } from 'vitest';

import { toAzureOpenAI } from './to-azure-openai.js';

const request: ChatRequest = { messages: [user('Well?')], maxOutputTokens: 9 };
const options = {
  deployment: 'd',
  source: 'azure-openai:d',
  stream: true,
  apiVersion: '2024-10-21',
  maxTokensField: undefined,
};

test('a request is what OpenAI takes', () => {
  expect(toAzureOpenAI(request, options).body).toEqual({
    model: 'd',
    messages: [{ role: 'user', content: 'Well?' }],
    max_completion_tokens: 9,
    stream: true,
    stream_options: { include_usage: true },
  });
});

test.each([
  ['2024-09-01-preview', 'max_completion_tokens'],
  ['v1', 'max_completion_tokens'],
  [undefined, 'max_completion_tokens'],
  ['2024-08-01-preview', 'max_tokens'],
  ['2024-06-01', 'max_tokens'],
])('version %s calls the longest answer %s', (apiVersion, field) => {
  const { body } = toAzureOpenAI(request, { ...options, apiVersion });
  expect(body).toHaveProperty(field, 9);
  expect('stream_options' in body).toBe(field === 'max_completion_tokens');
});

test('the name can be chosen', () => {
  const { body } = toAzureOpenAI(request, { ...options, maxTokensField: 'max_tokens' });
  expect(body.max_tokens).toBe(9);
});

test('your own data: sources are handed on, and usage is not asked for, which Azure would refuse', () => {
  const data_sources = [{ type: 'azure_search', parameters: { index_name: 'i' } }];
  const { body } = toAzureOpenAI({ ...request, vendorOptions: { 'azure-openai': { data_sources } } }, options);
  expect(body).toMatchObject({ data_sources, stream: true });
  expect(body).not.toHaveProperty('stream_options');
  const stream_options = { include_usage: true };
  const asked = { ...request, vendorOptions: { 'azure-openai': { data_sources, stream_options } } };
  expect(toAzureOpenAI(asked, options).body).toHaveProperty('stream_options', stream_options);
});

test('options for other vendors stay out', () => {
  const { body } = toAzureOpenAI({ ...request, vendorOptions: { openai: { user: 'u' } } }, options);
  expect(body).not.toHaveProperty('user');
});
