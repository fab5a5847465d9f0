import { expect, test } from 'vitest';

import { assistant, system, toolResults, user } from '../message/message.js';
import { estimateUsage } from './estimate-usage.js';

test('counts a token for four characters of what went out and what came in, and says that it guesses', () => {
  const request = { messages: [system('a'.repeat(40)), user('b'.repeat(80))] };
  const usage = estimateUsage(request, [{ type: 'text', text: 'c'.repeat(400) }]);
  expect(usage.estimated).toBe(true);
  expect(usage.outputTokens).toBe(100);
  expect(usage.inputTokens).toBeGreaterThanOrEqual(30);
  expect(usage.inputTokens).toBeLessThan(50);
});

test('counts reasoning, tool calls, results and the offered tools too', () => {
  const call = { type: 'tool_call', id: 'call_1', name: 'weather', arguments: '{"city":"Bern"}' } as const;
  const result = {
    type: 'tool_result',
    toolCallId: 'call_1',
    name: 'weather',
    content: [{ type: 'text', text: 'warm'.repeat(100) }],
  } as const;
  const bare = estimateUsage({ messages: [user('x')] }, []);
  const long = estimateUsage(
    {
      messages: [user('x'), assistant(call), toolResults(result)],
      tools: [{ name: 'weather', description: 'd'.repeat(400), inputSchema: { type: 'object' } }],
    },
    [{ type: 'reasoning', text: 'r'.repeat(40) }, call],
  );
  expect(long.inputTokens).toBeGreaterThan(bare.inputTokens + 100 + 100);
  expect(long.outputTokens).toBeGreaterThan(10);
});

test('a picture weighs the same, however many bytes it has', () => {
  const picture = (size: number) => user({ type: 'image', mimeType: 'image/png', data: new Uint8Array(size) });
  const small = estimateUsage({ messages: [picture(10)] }, []);
  expect(estimateUsage({ messages: [picture(10_000_000)] }, [])).toEqual(small);
  expect(small.inputTokens).toBeGreaterThan(100);
});

test('nothing is nothing', () => {
  expect(estimateUsage({ messages: [] }, [])).toEqual({ inputTokens: 0, outputTokens: 0, estimated: true });
});
