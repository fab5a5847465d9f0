import { user } from '@tako/core';
import { expect, test } from 'vitest';

import { toOpenAIBody } from './to-openai.js';

const tools = [{ name: 'f', inputSchema: { type: 'object' } }];

test.each(['gpt-5.6-terra', 'gpt-6-sol', 'gpt-6-luna'])('%s reasons without tools, and not with them', (model) => {
  const messages = [user('Well?')];
  expect(toOpenAIBody({ messages }, { model })).toMatchObject({ body: { model }, warnings: [] });
  expect(toOpenAIBody({ messages }, { model }).body).not.toHaveProperty('reasoning_effort');
  expect(toOpenAIBody({ messages, tools }, { model })).toMatchObject({
    body: { reasoning_effort: 'none' },
    warnings: [{ code: 'downgraded_reasoning' }],
  });
});

test('an effort that the caller set stays', () => {
  const request = { messages: [user('Well?')], tools, reasoning: { effort: 'high' as const } };
  expect(toOpenAIBody(request, { model: 'gpt-6-sol' })).toMatchObject({
    body: { reasoning_effort: 'high' },
    warnings: [],
  });
});

test.each(['gpt-5', 'gpt-4o', 'gpt-6.2-sol', 'some-model'])('%s is left alone', (model) => {
  const { body, warnings } = toOpenAIBody({ messages: [user('Well?')], tools }, { model });
  expect([body.reasoning_effort, warnings]).toEqual([undefined, []]);
});
