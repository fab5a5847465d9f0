import { setImmediate } from 'node:timers';

import type { Clock } from '@tako/core';

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /**
   * Lets `ms` milliseconds pass. Timers that fall due run in order of their time, those of the same time in the order
   * they were set; after each one everything that waited for it runs first, so that a timer it sets falls due too.
   */
  advance(ms: number): Promise<void>;
  /** How many timers are set and have neither run nor been called off. */
  readonly timers: number;
}

/** What a fake clock starts with. */
export interface FakeClockOptions {
  /** Milliseconds since 1970-01-01 UTC. @defaultValue 0 */
  readonly nowMs?: number | undefined;
}

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock for tests: no test needs to sleep. */
export function fakeClock(options: FakeClockOptions = {}): FakeClock {
  let { nowMs = 0 } = options;
  const timers = new Set<Timer>();

  /** The next timer to run until `untilMs`; a set keeps the order in which timers were set. */
  const nextDue = (untilMs: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.atMs <= untilMs && (next === undefined || timer.atMs < next.atMs)) next = timer;
    }
    return next;
  };

  return {
    now: () => nowMs,
    after(ms, callback) {
      const timer: Timer = { atMs: nowMs + Math.max(0, ms), callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`fakeClock: time goes forward, got ${ms} ms`);
      const untilMs = nowMs + ms;
      await settled();
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.atMs);
        timer.callback();
        await settled();
      }
      nowMs = untilMs;
    },
    get timers() {
      return timers.size;
    },
  };
}

/** Resolves when every promise that can go on by itself has done so. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
