import type { Clock } from '@tako/core';

import { settled } from './gate.js';

export interface FakeClock extends Clock {
  /** Timers that are set. */
  readonly timers: number;
  /** Lets time pass, and everything that waited for it run. */
  advance(ms: number): Promise<void>;
}

/** Time that passes only when told to. */
export function fakeClock(): FakeClock {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  return {
    now: () => nowMs,
    after(ms, callback) {
      const timer = { atMs: nowMs + ms, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    get timers() {
      return timers.size;
    },
    async advance(ms) {
      await settled();
      nowMs += ms;
      for (const timer of [...timers].toSorted((left, right) => left.atMs - right.atMs)) {
        if (timer.atMs > nowMs || !timers.delete(timer)) continue;
        timer.callback();
        await settled();
      }
    },
  };
}
