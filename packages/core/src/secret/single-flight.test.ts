import { getEventListeners } from 'node:events';

import { describe, expect, test } from 'vitest';

import { deferred } from '../../test/deferred.js';
import { SingleFlight } from './single-flight.js';

/** Work that ends when it is told to. */
function work() {
  const calls: AbortSignal[] = [];
  const { promise, resolve } = deferred<string | Error>();
  const run = (signal: AbortSignal) => {
    calls.push(signal);
    return promise.then((outcome) => (outcome instanceof Error ? Promise.reject(outcome) : outcome));
  };
  return { calls, run, resolve };
}

test('all who wait get the result of one piece of work', async () => {
  const flights = new SingleFlight<string>();
  const { calls, run, resolve } = work();
  const waiting = Array.from({ length: 50 }, () => flights.run('a', run));
  await Promise.resolve();
  resolve('done');
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['done']));
  expect(calls).toHaveLength(1);
});

test('other keys are other work', async () => {
  const flights = new SingleFlight<string>();
  const keys = ['a', 'b', '__proto__'];
  expect(await Promise.all(keys.map((key) => flights.run(key, async () => key)))).toEqual(keys);
});

test('whoever comes after the end asks anew, also in the very moment of it', async () => {
  const flights = new SingleFlight<number>();
  let count = 0;
  const ask = () => flights.run('a', async () => ++count);
  expect(await ask()).toBe(1);
  expect(await ask().then(() => ask())).toBe(3);
});

test('all get the failure, and the next call tries again', async () => {
  const flights = new SingleFlight<string>();
  const failing = () => flights.run('a', () => Promise.reject(new Error('no')));
  const results = await Promise.allSettled([failing(), failing()]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const thrower = (): Promise<string> => {
    throw new Error('at once');
  };
  await expect(flights.run('a', thrower)).rejects.toThrow('at once');
  expect(await flights.run('a', async () => 'yes')).toBe('yes');
});

describe('an abort', () => {
  test('ends the waiting of its own call alone, and leaves no listener', async () => {
    const flights = new SingleFlight<string>();
    const { calls, run, resolve } = work();
    const leaver = new AbortController();
    const stayer = new AbortController();
    const left = flights.run('a', run, leaver.signal);
    const stayed = flights.run('a', run, stayer.signal);
    const reason = new Error('enough');
    leaver.abort(reason);
    await expect(left).rejects.toMatchObject({ code: 'cancelled', cause: reason });
    expect(calls[0]?.aborted).toBe(false);
    resolve('done');
    expect(await stayed).toBe('done');
    expect(getEventListeners(stayer.signal, 'abort')).toHaveLength(0);
    expect(getEventListeners(leaver.signal, 'abort')).toHaveLength(0);
  });

  test('of the last one aborts the work, and the next call begins anew', async () => {
    const flights = new SingleFlight<string>();
    const { calls, run, resolve } = work();
    const controllers = [new AbortController(), new AbortController()];
    const waiting = controllers.map(({ signal }) => flights.run('a', run, signal));
    await Promise.resolve();
    for (const controller of controllers) controller.abort();
    await Promise.allSettled(waiting);
    expect(calls.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await flights.run('a', async () => 'anew')).toBe('anew');
    resolve(new Error('late')); // nobody waits: it is no unhandled rejection
    await Promise.resolve();
  });

  test('that was there before asks nothing', async () => {
    const { calls, run } = work();
    await expect(new SingleFlight<string>().run('a', run, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(calls).toHaveLength(0);
  });
});
