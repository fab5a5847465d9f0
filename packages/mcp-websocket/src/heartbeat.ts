import type { Clock } from '@tako/core';

/** What a heartbeat needs of a connection. */
export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Asks the other side for a sign of life. */
  readonly ping: () => void;
  /** There was none in time. */
  readonly onDead: () => void;
}

/** Asks for a sign of life after each silence; any message counts as one. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #stopTimer: () => void = () => undefined;
  #heardMs: number;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#heardMs = options.clock.now();
    this.#wait(options.intervalMs);
  }

  /** The other side is alive. */
  heard(): void {
    this.#heardMs = this.#options.clock.now();
  }

  stop(): void {
    this.#stopTimer();
  }

  #wait(ms: number): void {
    if (!Number.isFinite(ms)) return;
    const { clock, intervalMs } = this.#options;
    this.#stopTimer = clock.after(ms, () => {
      const leftMs = this.#heardMs + intervalMs - clock.now();
      if (leftMs > 0) this.#wait(leftMs);
      else this.#ask();
    });
  }

  #ask(): void {
    const { clock, intervalMs, timeoutMs, ping, onDead } = this.#options;
    const askedMs = clock.now();
    ping();
    this.#stopTimer = clock.after(timeoutMs, () => {
      if (this.#heardMs >= askedMs) this.#wait(intervalMs - (clock.now() - this.#heardMs));
      else onDead();
    });
  }
}
