import { fakeClock, trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { foreignSteps } from './foreign-steps.js';

/** A source that knows no signal, and whether it was closed. */
function counter(): { readonly source: AsyncIterable<number>; isClosed: boolean } {
  const seen = { source: numbers(), isClosed: false };
  async function* numbers(): AsyncGenerator<number> {
    try {
      for (let at = 0; ; at++) yield at;
    } finally {
      seen.isClosed = true;
    }
  }
  return seen;
}

test('a source that goes on after the abort is closed at its next item', async () => {
  const tracked = trackedSignal();
  const seen = counter();
  const got: number[] = [];
  const reading = (async () => {
    for await (const one of foreignSteps(seen.source, tracked.signal, fakeClock())) {
      got.push(one);
      if (one === 2) tracked.abort('enough');
    }
  })();
  await expect(reading).rejects.toBe('enough');
  expect(got).toEqual([0, 1, 2]);
  expect(seen.isClosed).toBe(true);
  expect(tracked.listeners).toBe(0);
});

test('a source that hangs has a second after the abort', async () => {
  const tracked = trackedSignal();
  const clock = fakeClock();
  const hanging: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
  };
  const reading = foreignSteps(hanging, tracked.signal, clock).next();
  let isOver = false;
  reading.catch(() => (isOver = true));
  tracked.abort('enough');
  await clock.advance(999);
  expect(isOver).toBe(false);
  await clock.advance(1);
  await expect(reading).rejects.toBe('enough');
  expect([tracked.listeners, clock.timers]).toEqual([0, 0]);
});

test('a source that cannot be closed is left behind after a second', async () => {
  const clock = fakeClock();
  const stuck: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: false, value: 1 }),
      return: () => new Promise(() => undefined),
    }),
  };
  const steps = foreignSteps(stuck, new AbortController().signal, clock);
  await steps.next();
  const left = steps.return();
  await clock.advance(1_000);
  expect(await left).toEqual({ done: true, value: undefined });
  expect(clock.timers).toBe(0);
});

test('one that throws or ends by itself is not closed once more', async () => {
  let returns = 0;
  const failing: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new Error('boom')),
      return: () => Promise.resolve({ done: true, value: ++returns }),
    }),
  };
  const steps = foreignSteps(failing, new AbortController().signal, fakeClock());
  await expect(steps.next()).rejects.toThrow('boom');
  expect(returns).toBe(0);
});

test('nothing is asked for when the signal has aborted already', async () => {
  const tracked = trackedSignal();
  tracked.abort('before');
  const seen = counter();
  await expect(foreignSteps(seen.source, tracked.signal, fakeClock()).next()).rejects.toBe('before');
  expect(tracked.listeners).toBe(0);
});
