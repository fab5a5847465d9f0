import { user, type ChatRequest } from '@tako/core';
import { expect, test } from 'vitest';

import { bedrockCapabilities } from './capabilities.js';
import { toBedrock, type BedrockRequest } from './to-bedrock.js';

function asked(model: string, request: Partial<ChatRequest>): BedrockRequest {
  const capabilities = bedrockCapabilities(model);
  return toBedrock({ messages: [user('Well?')], ...request }, { model, source: 's', capabilities, stream: true });
}

const high = { reasoning: { effort: 'high' } } as const;

test.each([
  ['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', { thinking: { type: 'enabled', budget_tokens: 16_384 } }, undefined],
  ['anthropic.claude-opus-4-6-v1', { thinking: { type: 'adaptive' } }, 'high'],
  ['global.amazon.nova-2-lite-v1:0', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } }, undefined],
  ['openai.gpt-oss-120b-1:0', { reasoning_effort: 'high' }, undefined],
  ['acme.large-v1', undefined, 'high'],
])('%s', (model, fields, effort) => {
  const { input, warnings } = asked(model, high);
  expect([input.additionalModelRequestFields, input.outputConfig?.effort, warnings]).toEqual([fields, effort, []]);
});

test.each(['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'acme.large-v1'])(
  '%s without reasoning says nothing',
  (model) => {
    for (const request of [{}, { reasoning: { effort: 'none' } } as const]) {
      const { input, warnings } = asked(model, request);
      expect([Object.keys(input), warnings]).toEqual([['modelId', 'messages'], []]);
    }
  },
);

test('a budget leaves room for the answer', () => {
  const budget = (maxOutputTokens: number): unknown => {
    const { input } = asked('anthropic.claude-3-7-sonnet-20250219-v1:0', { ...high, maxOutputTokens });
    return (input.additionalModelRequestFields as { thinking?: { budget_tokens: number } } | undefined)?.thinking
      ?.budget_tokens;
  };
  expect([1_024, 1_025, 1_200, 10_000, 100_000].map(budget)).toEqual([undefined, 1_024, 1_024, 8_000, 16_384]);
});

test('without room to think the answer comes without thinking, and says so', () => {
  const { warnings } = asked('anthropic.claude-3-7-sonnet-20250219-v1:0', { ...high, maxOutputTokens: 500 });
  expect(warnings).toMatchObject([{ code: 'downgraded_reasoning' }]);
});

test('Claude does not think when it must call a tool', () => {
  const tools = [{ name: 'f', inputSchema: { type: 'object' } }];
  const { input, warnings } = asked('anthropic.claude-opus-4-6-v1', { ...high, tools, toolChoice: 'required' });
  expect(input.additionalModelRequestFields).toBeUndefined();
  expect(warnings).toMatchObject([{ code: 'downgraded_reasoning' }]);
});

test('what a model refuses while it thinks is left out, and says so', () => {
  const sampling = { temperature: 0.2, maxOutputTokens: 9_000 };
  const claude = asked('anthropic.claude-3-7-sonnet-20250219-v1:0', { ...high, ...sampling });
  expect(claude.input.inferenceConfig).toEqual({ maxTokens: 9_000 });
  expect(claude.warnings).toMatchObject([{ code: 'ignored_sampling' }]);
  const nova = asked('amazon.nova-2-lite-v1:0', { ...high, temperature: 0.2 });
  expect([nova.input.inferenceConfig, nova.warnings]).toMatchObject([undefined, [{ code: 'ignored_sampling' }]]);
  const low = asked('amazon.nova-2-lite-v1:0', { reasoning: { effort: 'low' }, ...sampling });
  expect([low.input.inferenceConfig, low.warnings]).toEqual([{ maxTokens: 9_000, temperature: 0.2 }, []]);
});

test('a limit of output stays, since it may stand for money: Nova thinks less hard with one', () => {
  const { input, warnings } = asked('amazon.nova-2-lite-v1:0', { ...high, maxOutputTokens: 9_000 });
  expect(input.inferenceConfig).toEqual({ maxTokens: 9_000 });
  expect(input.additionalModelRequestFields).toMatchObject({ reasoningConfig: { maxReasoningEffort: 'medium' } });
  expect(warnings).toMatchObject([{ code: 'downgraded_reasoning' }]);
});

test('minimal is low for models of which nothing else is known', () => {
  const { input, warnings } = asked('acme.large-v1', { reasoning: { effort: 'minimal' } });
  expect([input.outputConfig?.effort, warnings]).toMatchObject(['low', [{ code: 'downgraded_reasoning' }]]);
});
