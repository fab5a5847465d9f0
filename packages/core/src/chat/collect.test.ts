import { expect, test } from 'vitest';

import { providerError } from '../error/make-error.js';
import type { ChatEvent } from './chat-event.js';
import { collect } from './collect.js';

const hello: ChatEvent = { type: 'text_delta', index: 0, text: 'Hello' };
const usage = { inputTokens: 3, outputTokens: 1 };

async function* told(events: readonly ChatEvent[], failure?: unknown): AsyncGenerator<ChatEvent> {
  yield* events;
  if (failure !== undefined) throw failure;
}

test('drains a stream into one response', async () => {
  const response = await collect(told([hello, { type: 'finish', finishReason: 'stop', usage }]));
  expect(response).toMatchObject({
    message: { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
    finishReason: 'stop',
    usage,
  });
});

test('what the stream throws carries what came before it', async () => {
  const failure = providerError('overloaded', 'too busy', { requestId: 'req_1' });
  const collecting = collect(told([hello, { type: 'usage', usage }], failure));
  await expect(collecting).rejects.toBe(failure);
  expect(failure.partial).toEqual({ content: [{ type: 'text', text: 'Hello' }], usage });
});

test('a foreign error becomes ours, with it as cause', async () => {
  const failure = new RangeError('foreign');
  await expect(collect(told([hello], failure))).rejects.toMatchObject({
    code: 'provider',
    retryable: false,
    cause: failure,
    partial: { content: [{ type: 'text', text: 'Hello' }] },
  });
});

test('a stream without finish is malformed', async () => {
  await expect(collect(told([hello]))).rejects.toMatchObject({
    code: 'malformed_response',
    partial: { content: [{ type: 'text', text: 'Hello' }] },
  });
});
