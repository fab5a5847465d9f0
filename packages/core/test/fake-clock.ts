import type { Clock } from '../src/index.js';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until `advance`, and counts its timers. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #nowMs = 0;
  /** Timers ever started. */
  started = 0;

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.add(timer);
    this.started++;
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Lets `ms` milliseconds pass, and runs what falls due, in order. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}
