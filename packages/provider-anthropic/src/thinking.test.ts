import { assistant, toolResults, user, type ChatRequest, type ReasoningEffort, type ReasoningPart } from '@tako/core';
import { expect, test } from 'vitest';

import { anthropicCapabilities } from './capabilities.js';
import { toAnthropicThinking, type AnthropicThinkingFields } from './thinking.js';

function fieldsOf(
  model: string,
  request: Partial<ChatRequest>,
  defaultMaxOutputTokens = 4_096,
): AnthropicThinkingFields {
  const options = { model, capabilities: anthropicCapabilities(model), defaultMaxOutputTokens };
  return toAnthropicThinking({ messages: [user('Well?')], ...request }, options);
}

const adaptive = { type: 'adaptive' };

test.each<[string, ReasoningEffort, object]>([
  ['claude-opus-5-5', 'xhigh', { effort: 'xhigh', thinking: undefined }],
  ['claude-sonnet-5-5', 'low', { effort: 'low', thinking: undefined }],
  ['claude-sonnet-5-5', 'none', { thinking: { type: 'between_tools' } }],
  ['claude-haiku-5-5', 'none', { thinking: { type: 'disabled' } }],
  ['claude-opus-5', 'high', { effort: 'high', thinking: undefined }],
  ['claude-opus-4-8', 'high', { effort: 'high', thinking: adaptive }],
  ['claude-opus-4-7', 'none', { thinking: undefined }],
  ['claude-sonnet-4-6', 'medium', { effort: 'medium', thinking: adaptive }],
  ['claude-of-tomorrow', 'minimal', { effort: 'low', thinking: adaptive, downgrade: 'the least effort is low' }],
  ['claude-of-tomorrow', 'none', { thinking: { type: 'disabled' } }],
  ['claude-haiku-4-5', 'none', { maxTokens: 4_096 }],
  ['claude-haiku-4-5', 'minimal', { maxTokens: 5_120, thinking: { type: 'enabled', budget_tokens: 1_024 } }],
  ['claude-sonnet-4-5@20250929', 'high', { maxTokens: 20_480, thinking: { type: 'enabled', budget_tokens: 16_384 } }],
  ['claude-opus-4-5-20251101', 'low', { effort: 'low', thinking: { type: 'enabled', budget_tokens: 4_096 } }],
])('%s, effort %s', (model, effort, expected) => {
  expect(fieldsOf(model, { reasoning: { effort } })).toMatchObject(expected);
});

test('without an effort nothing is said', () => {
  for (const model of ['claude-opus-5-5', 'claude-haiku-4-5', 'claude-of-tomorrow']) {
    expect(fieldsOf(model, {})).toEqual({ maxTokens: 4_096 });
  }
});

test.each([
  [{ maxOutputTokens: 100 }, 100],
  [{ maxOutputTokens: 1_000_000 }, 64_000],
  [{}, 64_000],
])('the longest answer of %j is never longer than the model can', (request, expected) => {
  expect(fieldsOf('claude-haiku-4-5', request, 200_000).maxTokens).toBe(expected);
});

test.each([
  [1_280, 1_024],
  [2_000, 1_600],
  [5_000, 4_000],
  [64_000, 16_384],
])('of a limit of %i tokens at most four fifths are to think with', (maxOutputTokens, budget) => {
  const { maxTokens, thinking } = fieldsOf('claude-haiku-4-5', { maxOutputTokens, reasoning: { effort: 'high' } });
  expect([maxTokens, thinking]).toEqual([maxOutputTokens, { type: 'enabled', budget_tokens: budget }]);
});

test('a budget is below the longest answer, however long the default is', () => {
  const { maxTokens, thinking } = fieldsOf('claude-opus-4', { reasoning: { effort: 'xhigh' } });
  expect([maxTokens, thinking]).toEqual([32_000, { type: 'enabled', budget_tokens: 25_600 }]);
});

test('a limit that leaves no room to think is kept', () => {
  const fields = fieldsOf('claude-haiku-4-5', { maxOutputTokens: 1_279, reasoning: { effort: 'low' } });
  expect(fields).toEqual({ maxTokens: 1_279, downgrade: expect.any(String) });
});

test('a forced call goes before thinking that would have to be asked for', () => {
  const forced: Partial<ChatRequest> = {
    tools: [{ name: 'f', inputSchema: { type: 'object' } }],
    toolChoice: 'required',
    reasoning: { effort: 'high' },
  };
  expect(fieldsOf('claude-haiku-4-5', forced)).toEqual({ maxTokens: 4_096, downgrade: expect.any(String) });
  expect(fieldsOf('claude-opus-4-8', forced)).toMatchObject({
    effort: 'high',
    thinking: undefined,
    downgrade: expect.any(String),
  });
  expect(fieldsOf('claude-sonnet-5', forced).downgrade).toBeUndefined();
});

test('a turn that began without thinking goes on without it, where a budget is all there is', () => {
  const call = { type: 'tool_call', id: 't', name: 'f', arguments: '{}' } as const;
  const result = toolResults({ type: 'tool_result', toolCallId: 't', name: 'f', content: [] });
  const thought: ReasoningPart = {
    type: 'reasoning',
    text: 'Hm.',
    vendorData: { vendor: 'anthropic', data: { signature: 's' } },
  };
  const foreign: ReasoningPart = { type: 'reasoning', text: 'Hm.' };
  const think = (model: string, ...messages: ChatRequest['messages']): unknown =>
    fieldsOf(model, { messages, reasoning: { effort: 'low' } }).thinking;

  const budget = { type: 'enabled', budget_tokens: 4_096 };
  expect(think('claude-haiku-4-5', user('Go.'), assistant(thought, call), result)).toEqual(budget);
  expect(think('claude-haiku-4-5', user('Go.'), assistant(thought, call), result, assistant(call), result)).toEqual(
    budget,
  );
  expect(think('claude-haiku-4-5', user('Go.'), assistant(call), result, user('And?'))).toEqual(budget);
  expect(think('claude-haiku-4-5', user('Go.'), assistant(call), result)).toBeUndefined();
  expect(think('claude-haiku-4-5', user('Go.'), assistant(foreign, call), result)).toBeUndefined();
  expect(think('claude-opus-4-8', user('Go.'), assistant(call), result)).toEqual(adaptive);
});
