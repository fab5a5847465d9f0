import { call, chat, providerError, unknownCapabilities, user, type ChatEvent, type Provider } from '@tako/core';
import { expect, test } from 'vitest';

import { fallback } from './fallback.js';

const question = { messages: [user('Well?')] };

function model(id: string, steps: readonly (string | Error)[], over: Partial<Provider> = {}): Provider {
  return {
    contract: 1,
    id,
    capabilities: unknownCapabilities,
    async *stream(): AsyncGenerator<ChatEvent> {
      for (const step of steps) {
        if (step instanceof Error) throw step;
        yield { type: 'text_delta', index: 0, text: step };
      }
      yield { type: 'finish', finishReason: 'stop' };
    },
    ...over,
  };
}

const busy = providerError('overloaded', 'busy');

test('the next one answers where the first cannot, and the stream says who it was', async () => {
  const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
  const provider = fallback({ providers: [model('b:2', ['Yes.'], { price })] })(model('a:1', [busy]));
  const events: ChatEvent[] = [];
  for await (const event of provider.stream(question, call())) events.push(event);
  expect(events).toEqual([
    { type: 'attempt', providerId: 'a:1', usage: { inputTokens: 0, outputTokens: 0 }, error: 'overloaded' },
    { type: 'start', answeredBy: { id: 'b:2', price } },
    { type: 'text_delta', index: 0, text: 'Yes.' },
    { type: 'finish', finishReason: 'stop' },
  ]);
});

test('once text was told nobody else takes over', async () => {
  const provider = fallback({ providers: [model('b:2', ['Yes.'])] })(model('a:1', ['Ye', busy]));
  await expect(chat(provider, question)).rejects.toMatchObject({ code: 'overloaded' });
});

test('a failure that nobody else can mend is thrown at once', async () => {
  const provider = fallback({ providers: [model('b:2', ['Yes.'])] })(model('a:1', [providerError('invalid', 'no')]));
  await expect(chat(provider, question)).rejects.toMatchObject({ code: 'invalid' });
});

test('without codes no failure is mended', async () => {
  const provider = fallback({ providers: [model('b:2', ['Yes.'])], on: [] })(model('a:1', [busy]));
  await expect(chat(provider, question)).rejects.toMatchObject({ code: 'overloaded' });
});

test('when all fail the error is that of the last', async () => {
  const provider = fallback({ providers: [model('b:2', [providerError('timeout', 'late')])] })(model('a:1', [busy]));
  await expect(chat(provider, question)).rejects.toMatchObject({ code: 'timeout' });
});

test('the capabilities are what all can do', () => {
  const first = model('a:1', [], {
    capabilities: { ...unknownCapabilities, tools: 'yes', vision: 'yes', contextTokens: 100 },
  });
  const second = model('b:2', [], {
    capabilities: { ...unknownCapabilities, tools: 'yes', vision: 'no', contextTokens: 50 },
  });
  expect(fallback({ providers: [second] })(first).capabilities).toMatchObject({
    tools: 'yes',
    vision: 'no',
    contextTokens: 50,
  });
});
