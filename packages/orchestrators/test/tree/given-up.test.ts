import { chat, systemClock, user, type Verifier } from '@tako/core';
import { scriptedProvider } from '@tako/testing';
import { expect, test } from 'vitest';

import { SelfCaller } from '../../src/self-caller/index.js';
import { playRun, says, speaker } from './speakers.js';

test('a judge whose model does not heed the abort is booked all the same', async () => {
  const stuck = {
    ...scriptedProvider([]),
    id: 'judge:stuck',
    async *stream() {
      yield { type: 'text_delta', index: 0, text: 'hm' } as const;
      await new Promise(() => undefined);
    },
  };
  const guard: Verifier = {
    verify: async (_, call) => {
      const work = chat(stuck, { messages: [user('Is it right?')] }, call);
      work.catch(() => undefined);
      await new Promise<void>((resolve) => {
        systemClock(globalThis).after(5, resolve);
      });
      return { score: 1 };
    },
  };
  const { result, events } = await playRun(new SelfCaller({ inner: speaker('a:b', () => says('x')), guard }), 'Q');
  expect(result.calls.map(({ providerId, error }) => [providerId, error])).toEqual([
    ['a:b', undefined],
    ['judge:stuck', 'cancelled'],
  ]);
  expect(events.at(-1)?.type).toBe('finish');
});
