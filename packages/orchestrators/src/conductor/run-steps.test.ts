import { fakeClock } from '@tako/testing';
import { expect, test } from 'vitest';

import { runSteps, type Join, type ScheduledStep, type StepEnd } from './run-steps.js';

interface Ran {
  readonly order: number[];
  readonly stopped: number[];
  readonly given: Map<number, number[]>;
}

/** Runs a schedule whose steps take so many milliseconds; a negative one fails. */
async function play(
  steps: readonly ScheduledStep[],
  durations: readonly number[],
  options: { join?: Join; maxFanout?: number; failFast?: boolean } = {},
): Promise<Ran & { readonly ends: ReadonlyMap<number, StepEnd>; readonly tookMs: number }> {
  const clock = fakeClock();
  const ran: Ran = { order: [], stopped: [], given: new Map() };
  const startedMs = clock.now();
  const running = runSteps<StepEnd>({
    steps,
    join: options.join ?? 'all',
    maxFanout: options.maxFanout ?? 100,
    failFast: options.failFast ?? false,
    run: (number, ends, signal) => {
      ran.order.push(number);
      ran.given.set(number, [...ends.keys()]);
      const duration = durations[number - 1] ?? 0;
      return new Promise((resolve, reject) => {
        const stop = clock.after(Math.abs(duration), () => {
          resolve({ ok: duration >= 0 });
        });
        signal.addEventListener('abort', () => {
          stop();
          ran.stopped.push(number);
          reject(signal.reason as Error);
        });
      });
    },
  });
  let tookMs = Number.NaN;
  const ends = running.finally(() => {
    tookMs = clock.now() - startedMs;
  });
  await clock.advance(500);
  return { ...ran, ends: await ends, tookMs };
}

const steps = (...reads: number[][]): ScheduledStep[] => reads.map((list) => ({ reads: list }));

test('steps that do not read each other run at the same time', async () => {
  const { tookMs, order } = await play(steps([], [], [1, 2]), [30, 20, 10]);
  expect(order).toEqual([1, 2, 3]);
  expect(tookMs).toBeLessThanOrEqual(42);
});

test('the fan-out is bounded, and the longest way goes first', async () => {
  const { order } = await play(steps([], [], [2], [1, 3]), [10, 10, 10, 10], { maxFanout: 1 });
  expect(order).toEqual([2, 1, 3, 4]);
});

test('a step that the answer does not depend on is not run', async () => {
  const { order, ends } = await play(steps([], [], [2]), [10, 10, 10]);
  expect(order).toEqual([2, 3]);
  expect(ends.has(1)).toBe(false);
});

test('a step is told of those that failed', async () => {
  const { ends, order } = await play(steps([], [1]), [-10, 10]);
  expect(order).toEqual([1, 2]);
  expect(ends.get(1)).toEqual({ ok: false });
  expect(ends.get(2)).toEqual({ ok: true });
});

test('failFast stops the siblings at the first failure', async () => {
  const { stopped, ends } = await play(steps([], [], [1, 2]), [-10, 50, 10], { failFast: true });
  expect(stopped).toEqual([2]);
  expect([...ends.keys()]).toEqual([1]);
});

test('first_success: a reader starts with the first result, and the slower source is stopped', async () => {
  const { stopped, given, tookMs } = await play(steps([], [], [1, 2]), [50, 10, 10], { join: 'first_success' });
  expect(given.get(3)).toEqual([2]);
  expect(stopped).toEqual([1]);
  expect(tookMs).toBeLessThan(30);
});

test('first_success: a failure is no success', async () => {
  const { given } = await play(steps([], [], [1, 2]), [-5, 20, 10], { join: 'first_success' });
  expect(given.get(3)).toEqual([1, 2]);
});

test('quorum: so many successes are enough', async () => {
  const { given, stopped } = await play(steps([], [], [], [1, 2, 3]), [10, 20, 90, 10], { join: { quorum: 2 } });
  expect(given.get(4)).toEqual([1, 2]);
  expect(stopped).toEqual([3]);
});

test('a quorum that cannot be had any more waits for all', async () => {
  const { given } = await play(steps([], [], [1, 2]), [-10, 20, 5], { join: { quorum: 2 } });
  expect(given.get(3)).toEqual([1, 2]);
});

test('what a step rejects with is thrown when the others are stopped', async () => {
  const stopped: number[] = [];
  const running = runSteps<StepEnd>({
    steps: steps([], [], [1, 2]),
    join: 'all',
    maxFanout: 4,
    failFast: false,
    run: (number, _, signal) =>
      number === 1
        ? Promise.reject(new Error('the run is over'))
        : new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              stopped.push(number);
              reject(signal.reason as Error);
            });
          }),
  });
  await expect(running).rejects.toThrow('the run is over');
  expect(stopped).toEqual([2]);
});
