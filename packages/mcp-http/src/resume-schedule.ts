import type { StreamableHTTPClientTransportOptions } from '@modelcontextprotocol/client';
import type { Clock } from '@tako/core';

/** Streams that break within this time of each other are no accident. */
const calmMs = 60_000;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** What a schedule is made with. */
export interface ResumeScheduleOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Called for each stream that broke, before it is resumed. */
  readonly onBreak: () => void;
}

/**
 * When streams that broke are resumed: the first one at once, or when its server asked for it, since mostly a proxy has
 * cut it; those after it with pauses that grow, however short a server asks them to be.
 */
export class ResumeSchedule {
  readonly #options: ResumeScheduleOptions;
  readonly #timers = new Set<() => void>();
  #recent = 0;
  #lastMs = -Infinity;
  #isStopped = false;

  constructor(options: ResumeScheduleOptions) {
    this.#options = options;
  }

  /** What the SDK's transport takes. It keeps only the latest of the timers that it could call off; we keep all. */
  get sdkOptions(): Pick<StreamableHTTPClientTransportOptions, 'reconnectionOptions' | 'reconnectionScheduler'> {
    return {
      // The SDK's own figures: what a server asks for takes their place.
      reconnectionOptions: {
        initialReconnectionDelay: 0,
        maxReconnectionDelay: longestPauseMs,
        reconnectionDelayGrowFactor: 1,
        maxRetries: 3,
      },
      reconnectionScheduler: (reconnect, delayMs) => {
        this.#plan(reconnect, delayMs);
      },
    };
  }

  /** Resumes nothing any more. */
  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#timers) stop();
    this.#timers.clear();
  }

  #plan(resume: () => void, askedMs: number): void {
    if (this.#isStopped) return;
    const { clock, onBreak, random } = this.#options;
    onBreak();
    const nowMs = clock.now();
    this.#recent = nowMs - this.#lastMs > calmMs ? 0 : this.#recent + 1;
    this.#lastMs = nowMs;
    const longestMs = this.#recent === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#recent - 1));
    const pauseMs = Math.max(Math.min(askedMs, longestPauseMs), longestMs * (0.5 + random() / 2));
    const stop = clock.after(pauseMs, () => {
      this.#timers.delete(stop);
      resume();
    });
    this.#timers.add(stop);
  }
}
