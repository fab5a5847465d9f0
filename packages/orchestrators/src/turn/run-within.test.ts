import { fakeClock, trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { runWithin } from './run-within.js';

function bounded(timeoutMs = 100) {
  const clock = fakeClock();
  const tracked = trackedSignal();
  return { clock, tracked, bounds: { signal: tracked.signal, timeoutMs, clock, what: 'the work' } };
}

const never = (): Promise<never> => new Promise(() => undefined);

test.each([
  ['a value', () => 1],
  ['a promise', () => Promise.resolve(1)],
])('gives %s of the work, and leaves nothing', async (_, work) => {
  const { clock, tracked, bounds } = bounded();
  expect(await runWithin(bounds, work)).toBe(1);
  expect([clock.timers, tracked.listeners]).toEqual([0, 0]);
});

test('throws what the work throws, and leaves nothing', async () => {
  const { clock, tracked, bounds } = bounded();
  const bug = new Error('bug');
  const throws = (): never => {
    throw bug;
  };
  await expect(runWithin(bounds, throws)).rejects.toBe(bug);
  await expect(runWithin(bounds, () => Promise.reject(bug))).rejects.toBe(bug);
  expect([clock.timers, tracked.listeners]).toEqual([0, 0]);
});

test('stops waiting when the time is over, and aborts the signal of the work', async () => {
  const { clock, tracked, bounds } = bounded();
  let given: AbortSignal | undefined;
  const running = runWithin(bounds, (signal) => {
    given = signal;
    return never();
  });
  const ended = running.catch((error: unknown) => error);
  await clock.advance(99);
  expect(given?.aborted).toBe(false);
  await clock.advance(1);
  const timeout = { code: 'timeout', message: 'the work was not done within 100 ms' };
  expect(await ended).toMatchObject(timeout);
  expect(given?.reason).toMatchObject(timeout);
  expect([clock.timers, tracked.listeners]).toEqual([0, 0]);
});

test('stops waiting when the outer signal aborts, whether or not the work listens', async () => {
  const { clock, tracked, bounds } = bounded();
  const reason = new Error('enough');
  let given: AbortSignal | undefined;
  const running = runWithin(bounds, (signal) => {
    given = signal;
    return never();
  });
  const ended = running.catch((error: unknown) => error);
  tracked.abort(reason);
  expect(await ended).toBe(reason);
  expect(given?.reason).toBe(reason);
  expect([clock.timers, tracked.listeners]).toEqual([0, 0]);
});

test('work that listens to its signal cannot hide the outer reason', async () => {
  const { tracked, bounds } = bounded();
  const reason = new Error('enough');
  const running = runWithin(
    bounds,
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('my own words')));
      }),
  );
  const ended = running.catch((error: unknown) => error);
  tracked.abort(reason);
  expect(await ended).toBe(reason);
});

test('does not begin on a signal that is aborted', async () => {
  const { clock, tracked, bounds } = bounded();
  tracked.abort('too late');
  let began = false;
  await expect(runWithin(bounds, () => (began = true))).rejects.toBe('too late');
  expect([began, clock.timers, tracked.listeners]).toEqual([false, 0, 0]);
});

test('Infinity is no limit', async () => {
  const { clock, bounds } = bounded(Infinity);
  await runWithin(bounds, () => {
    expect(clock.timers).toBe(0);
  });
});
