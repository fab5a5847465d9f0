import { expect, test } from 'vitest';

import { fakeClock } from './fake-clock.js';

test('timers run in the order of their time, and see that time', async () => {
  const clock = fakeClock({ nowMs: 1_000 });
  const seen: string[] = [];
  clock.after(20, () => seen.push(`late ${clock.now()}`));
  clock.after(10, () => seen.push(`early ${clock.now()}`));
  clock.after(10, () => seen.push('set second'));

  await clock.advance(15);
  expect(seen).toEqual(['early 1010', 'set second']);
  expect(clock.now()).toBe(1_015);

  await clock.advance(5);
  expect(seen.at(-1)).toBe('late 1020');
});

test('a timer that is set by what waited for another falls due in the same advance', async () => {
  const clock = fakeClock();
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
  const woke: number[] = [];
  const work = (async () => {
    for (let round = 0; round < 3; round++) {
      await sleep(10);
      woke.push(clock.now());
    }
  })();

  await clock.advance(100);
  await work;
  expect(woke).toEqual([10, 20, 30]);
  expect(clock.now()).toBe(100);
});

test('work that has not yet got to its timer when the time moves still sees it run', async () => {
  const clock = fakeClock();
  let woke = false;
  const work = (async () => {
    await Promise.resolve();
    await new Promise<void>((resolve) => void clock.after(10, resolve));
    woke = true;
  })();

  await clock.advance(10);
  await work;
  expect(woke).toBe(true);
});

test('a timer that is called off does not run and is not counted', async () => {
  const clock = fakeClock();
  let ran = false;
  const callOff = clock.after(10, () => (ran = true));
  clock.after(20, () => undefined);
  expect(clock.timers).toBe(2);

  callOff();
  expect(clock.timers).toBe(1);
  await clock.advance(30);
  expect(ran).toBe(false);
  expect(clock.timers).toBe(0);
});

test('time does not go back', async () => {
  await expect(fakeClock().advance(-1)).rejects.toThrow(RangeError);
});
