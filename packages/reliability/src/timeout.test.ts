import { call, chat, unknownCapabilities, user, type ChatEvent, type Clock, type Provider } from '@tako/core';
import { expect, test } from 'vitest';

import { timeout } from './timeout.js';

const question = { messages: [user('Well?')] };
const forever = new Promise<never>(() => undefined);

/** A model that tells `events` and then hangs, whatever its signal says. */
function hanging(...events: readonly ChatEvent[]): Provider {
  return {
    contract: 1,
    id: 'test:model',
    capabilities: unknownCapabilities,
    async *stream() {
      yield* events;
      await forever;
    },
  };
}

/** Fires the timer of `limitMs` as soon as everything has settled; others never. */
function clockThatFires(limitMs: number): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    after(ms, callback) {
      if (ms === limitMs) {
        setImmediate(() => {
          nowMs += limitMs;
          callback();
        });
      }
      return () => undefined;
    },
  };
}

const limits = { connectMs: 1, firstEventMs: 20, betweenEventsMs: 300, totalMs: 4_000 };

test.each([
  ['connectMs', 'connect', []],
  ['firstEventMs', 'firstEvent', [{ type: 'start' }]],
  ['betweenEventsMs', 'betweenEvents', [{ type: 'start' }, { type: 'text_delta', index: 0, text: 'Ye' }]],
  ['totalMs', 'total', [{ type: 'text_delta', index: 0, text: 'Ye' }]],
] as const)('%s ends a stream that hangs there', async (option, limit, events) => {
  const provider = timeout({ ...limits, clock: clockThatFires(limits[option]) })(hanging(...events));
  await expect(chat(provider, question, call())).rejects.toMatchObject({
    code: 'timeout',
    details: { limit, limitMs: limits[option] },
  });
});

test('a limit for the first event makes the provider stream, a limit for the whole call does not', async () => {
  const asked: unknown[] = [];
  const spy: Provider = {
    ...hanging(),
    async *stream(_request, { streaming }) {
      asked.push(streaming);
      yield { type: 'finish', finishReason: 'stop' };
    },
  };
  const unread = call({ streaming: false });
  await chat(timeout({ firstEventMs: 1_000 })(spy), question, unread);
  await chat(timeout({ totalMs: 1_000 })(spy), question, unread);
  expect(asked).toEqual([true, false]);
});
