import {
  call,
  cancelled,
  chat,
  providerError,
  unknownCapabilities,
  user,
  type ChatEvent,
  type Clock,
  type Provider,
} from '@tako/core';
import { expect, test } from 'vitest';

import { hedge } from './hedge.js';

const question = { messages: [user('Well?')] };
/** Every timer is due as soon as everything has settled. */
const dueAtOnce: Clock = {
  now: () => 0,
  after(_, callback) {
    const timer = setImmediate(callback);
    return () => {
      clearImmediate(timer);
    };
  },
};
const never: Clock = { now: () => 0, after: () => () => undefined };

/** Each call does what its turn says: answers, fails, or waits until it is aborted. */
function model(...turns: readonly ('answers' | 'hangs' | Error)[]): Provider & { readonly signals: AbortSignal[] } {
  const signals: AbortSignal[] = [];
  return {
    contract: 1,
    id: 'test:model',
    capabilities: unknownCapabilities,
    signals,
    async *stream(_request, { signal }): AsyncGenerator<ChatEvent> {
      const turn = turns[signals.push(signal) - 1];
      if (turn instanceof Error) throw turn;
      if (turn === 'hangs') {
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(cancelled(signal.reason)), { once: true });
        });
      }
      yield { type: 'text_delta', index: 0, text: 'Yes.' };
      yield { type: 'finish', finishReason: 'stop', usage: { inputTokens: 3, outputTokens: 2 } };
    },
  };
}

test('a first try that answers in time is the only one', async () => {
  const provider = model('answers');
  await chat(hedge({ afterMs: 100, clock: never })(provider), question);
  expect(provider.signals).toHaveLength(1);
});

test('a second try takes over where the first hangs; the loser is aborted and told', async () => {
  const provider = model('hangs', 'answers');
  const events: ChatEvent[] = [];
  for await (const event of hedge({ afterMs: 100, clock: dueAtOnce })(provider).stream(question, call()))
    events.push(event);
  expect(events.map(({ type }) => type)).toEqual(['attempt', 'text_delta', 'finish']);
  expect(events[0]).toMatchObject({ error: 'cancelled', usage: { estimated: true } });
  expect(provider.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
});

test('when both fail the error is that of the last', async () => {
  const provider = model('hangs', providerError('overloaded', 'busy'));
  const controller = new AbortController();
  const asked = chat(
    hedge({ afterMs: 100, clock: dueAtOnce })(provider),
    question,
    call({ signal: controller.signal }),
  );
  setTimeout(() => {
    controller.abort(new Error('enough'));
  }, 20);
  await expect(asked).rejects.toThrow('busy');
});

test('an abort reaches both tries', async () => {
  const provider = model('hangs', 'hangs');
  const controller = new AbortController();
  const asked = chat(
    hedge({ afterMs: 100, clock: dueAtOnce })(provider),
    question,
    call({ signal: controller.signal }),
  );
  setTimeout(() => {
    controller.abort(new Error('enough'));
  }, 20);
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  expect(provider.signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});
