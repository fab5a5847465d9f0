import { TakoError } from '../error/tako-error.js';
import type { Clock } from '../platform/platform.js';
import { defaultTimeouts, type Timeouts } from './timeouts.js';

type Phase = 'connect' | 'firstEvent' | 'betweenEvents';

/**
 * Watches over the four time limits of one call with two timers, however many events pass: an event only notes the time,
 * and the timer that fires early sets itself again.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #limitsMs: { readonly [P in Phase]: number };
  readonly #expire: (error: TakoError) => void;
  readonly #source: string;
  readonly #stopTotal: () => void;
  #stopPhase: () => void = () => undefined;
  #phase: Phase = 'connect';
  /** When the present wait began; `undefined` while nobody waits. */
  #waitingSinceMs: number | undefined;
  /** How much of the present limit earlier waits have used up, without content in between. */
  #usedMs = 0;
  #isArmed = false;

  constructor(source: string, clock: Clock, timeouts: Timeouts, expire: (error: TakoError) => void) {
    this.#source = source;
    this.#clock = clock;
    this.#expire = expire;
    this.#limitsMs = {
      connect: timeouts.connectMs ?? defaultTimeouts.connectMs,
      firstEvent: timeouts.firstEventMs ?? defaultTimeouts.firstEventMs,
      betweenEvents: timeouts.betweenEventsMs ?? defaultTimeouts.betweenEventsMs,
    };
    const totalMs = timeouts.totalMs ?? defaultTimeouts.totalMs;
    this.#stopTotal = clock.after(totalMs, () => {
      this.#fail('total', totalMs);
    });
    this.#enter('connect');
  }

  /** The answer's headers are there. */
  connected(): void {
    if (this.#phase === 'connect') this.#enter('firstEvent');
  }

  /** An event is there; nobody waits until `waiting`. The first one with content ends the limit for it. */
  event(hasContent: boolean): void {
    if (hasContent) {
      if (this.#phase !== 'betweenEvents') this.#enter('betweenEvents');
    } else if (this.#phase !== 'betweenEvents' && this.#waitingSinceMs !== undefined) {
      this.#usedMs += this.#clock.now() - this.#waitingSinceMs;
    }
    this.#waitingSinceMs = undefined;
  }

  /** Somebody waits for the next event. */
  waiting(): void {
    this.#waitingSinceMs = this.#clock.now();
    if (!this.#isArmed) this.#arm(this.#limitsMs[this.#phase] - this.#usedMs);
  }

  /** Ends the watch. */
  stop(): void {
    this.#stopTotal();
    this.#stopPhase();
  }

  #enter(phase: Phase): void {
    this.#stopPhase();
    this.#phase = phase;
    this.#usedMs = 0;
    this.#waitingSinceMs = this.#clock.now();
    this.#arm(this.#limitsMs[phase]);
  }

  #arm(ms: number): void {
    this.#isArmed = true;
    this.#stopPhase = this.#clock.after(ms, () => {
      this.#isArmed = false;
      if (this.#waitingSinceMs === undefined) return; // whoever waits next sets it again
      const limitMs = this.#limitsMs[this.#phase];
      const leftMs = this.#waitingSinceMs + limitMs - this.#usedMs - this.#clock.now();
      if (leftMs > 0) this.#arm(leftMs);
      else this.#fail(this.#phase, limitMs);
    });
  }

  #fail(limit: Phase | 'total', limitMs: number): void {
    this.stop();
    this.#expire(
      new TakoError('timeout', `${this.#source}: not done within ${limitMs} ms (${limit}Ms)`, {
        source: this.#source,
        details: { limit, limitMs },
      }),
    );
  }
}
