import { expect, test } from 'vitest';

import { assistant, call, collect, system, textOf, toolResults, user, type ChatRequest } from '@tako/core';

import { sampleTools } from '../../test/sample-tools.js';
import { standIn } from './stand-in.js';

const request: ChatRequest = { messages: [system('Be brief.'), user('what is 17 + 25?')], tools: sampleTools };

test('it calls a tool of the request, and reports its result in the next turn, saying that it is no model', async () => {
  const first = await collect(standIn().stream(request, call()));
  expect(first.finishReason).toBe('tool_calls');
  const [made] = first.message.content.filter((part) => part.type === 'tool_call');
  expect(made).toMatchObject({ name: 'get-sum', arguments: '{"a":17,"b":25}' });

  const result = { type: 'tool_result', toolCallId: made?.id ?? '', name: 'get-sum' } as const;
  const content = [{ type: 'text', text: 'It is 42.' }] as const;
  const messages = [...request.messages, assistant(...first.message.content), toolResults({ ...result, content })];
  const second = await collect(standIn().stream({ ...request, messages }, call()));
  expect(second.finishReason).toBe('stop');
  expect(textOf(second.message)).toContain('It is 42.');
  expect(textOf(second.message)).toContain('No language model');
});

test('usage is an estimate, and it costs nothing', async () => {
  const { usage } = await collect(standIn().stream(request, call()));
  expect(usage).toMatchObject({ estimated: true });
  expect(usage?.inputTokens).toBeGreaterThan(100);
  expect(standIn().price).toEqual({ inputUsdPerMillion: 0, outputUsdPerMillion: 0 });
});

test('text comes in small pieces, and an abort between two of them is seen', async () => {
  const stop = new AbortController();
  const pieces: string[] = [];
  const listening = (async () => {
    for await (const event of standIn().stream(request, call({ signal: stop.signal }))) {
      if (event.type !== 'text_delta') continue;
      pieces.push(event.text);
      stop.abort(new Error('enough'));
    }
  })();
  await expect(listening).rejects.toMatchObject({ code: 'cancelled' });
  expect(pieces).toHaveLength(1);
});

test('without tools it says that none fits', async () => {
  const answer = await collect(standIn().stream({ messages: [user('what is 17 + 25?')] }, call()));
  expect(textOf(answer.message)).toContain('No tool fits');
});
