import { assistant, toolResults, user, type ChatRequest } from '@tako/core';
import { expect, test } from 'vitest';

import { inputCounter } from './worst-case.js';

const mostInputTokens = inputCounter();

/** What adding `message` to a conversation adds to the count. */
const countOf = (message: ChatRequest['messages'][number]): number =>
  mostInputTokens({ messages: [message] }) - mostInputTokens({ messages: [] });

test('counts at least one token for each byte of text, wherever it stands', () => {
  const text = 'é😀'.repeat(500);
  const bytes = 3_000;
  const result = { type: 'tool_result', toolCallId: 'a', name: 'x', content: [{ type: 'text', text }] } as const;
  expect(countOf(user(text))).toBeGreaterThanOrEqual(bytes);
  expect(countOf(assistant({ type: 'tool_call', id: 'a', name: 'x', arguments: text }))).toBeGreaterThanOrEqual(bytes);
  expect(countOf(toolResults(result))).toBeGreaterThanOrEqual(bytes);
});

test("counts a vendor's state on any part: a tool call carries signatures too", () => {
  const vendorData = { vendor: 'v', data: 'x'.repeat(2_000) };
  expect(countOf(assistant({ type: 'tool_call', id: 'a', name: 'x', arguments: '', vendorData }))).toBeGreaterThan(
    2_000,
  );
  expect(countOf(assistant({ type: 'reasoning', text: '', vendorData }))).toBeGreaterThan(2_000);
});

test('a message that has grown since the last count is counted anew', () => {
  const content = [{ type: 'text' as const, text: 'short' }];
  const request: ChatRequest = { messages: [{ role: 'user', content }] };
  const before = mostInputTokens(request);
  content.push({ type: 'text', text: 'x'.repeat(1_000) });
  expect(mostInputTokens(request)).toBeGreaterThanOrEqual(before + 1_000);
});
