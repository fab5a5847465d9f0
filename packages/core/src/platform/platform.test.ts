import { expect, expectTypeOf, test } from 'vitest';

import { systemClock, type Clock, type PlatformGlobals } from './platform.js';

/** A platform whose timers are run by hand. */
function platform() {
  const timers = new Map<number, { readonly callback: () => void; readonly ms: number }>();
  let handle = 0;
  const globals: PlatformGlobals = {
    Date: { now: () => 42 },
    setTimeout(callback, ms) {
      timers.set(++handle, { callback, ms });
      return handle;
    },
    clearTimeout(cleared: never) {
      timers.delete(cleared);
    },
  };
  return { globals, timers };
}

test("tells the platform's time", () => {
  expect(systemClock(platform().globals).now()).toBe(42);
});

test("starts and calls off the platform's timers", () => {
  const { globals, timers } = platform();
  const clock = systemClock(globals);
  let rang = 0;
  const callOff = clock.after(5, () => rang++);
  clock.after(7, () => rang++);
  expect([...timers.values()].map(({ ms }) => ms)).toEqual([5, 7]);
  callOff();
  callOff();
  for (const { callback } of timers.values()) callback();
  expect(rang).toBe(1);
});

test.each([Infinity, 2 ** 31, 1e12])('%d ms is longer than a timer can be, and never comes', (ms) => {
  const { globals, timers } = platform();
  const callOff = systemClock(globals).after(ms, () => undefined);
  expect(timers.size).toBe(0);
  callOff();
});

test('the longest timer there can be is started', () => {
  const { globals, timers } = platform();
  systemClock(globals).after(2 ** 31 - 1, () => undefined);
  expect(timers.size).toBe(1);
});

test('looks at the platform when used, so that fake timers reach it', () => {
  const { globals } = platform();
  const changing = { ...globals, Date: { now: () => 1 } };
  const clock = systemClock(changing);
  changing.Date = { now: () => 2 };
  expect(clock.now()).toBe(2);
});

test('the globals of this platform fit', async () => {
  const clock = systemClock(globalThis);
  expectTypeOf(clock).toEqualTypeOf<Clock>();
  await new Promise<void>((resolve) => void clock.after(0, resolve));
  expect(clock.now()).toBeGreaterThan(Date.UTC(2020, 0));
});
