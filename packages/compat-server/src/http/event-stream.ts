import type { Clock } from '@tako/core';

import type { Failure } from '../errors/failure.js';
import { targetFailure } from '../errors/to-failure.js';

/** A body that is told piece by piece: text of server-sent events. */
export interface EventStream {
  readonly next: () => Promise<IteratorResult<string, undefined>>;
  /** Ends the run behind it, also while a `next` is waiting. */
  readonly leave: () => void;
  /** What is to be sent where nothing was for a while. */
  readonly keepAlive: () => string;
}

/** How long a target that was told to stop is waited for before its request counts as over. */
const mostFarewellMs = 5_000;

/** How an event stream is opened. */
export interface EventStreamOptions {
  readonly frames: AsyncIterator<string, unknown>;
  /** How a failure is told after the first byte, when no status can tell it. */
  readonly failed: (failure: Failure) => string;
  readonly keepAlive: () => string;
  /** How long the first frame is waited for in silence. */
  readonly keepAliveMs: number;
  readonly clock: Clock;
  /** Is told once how it ended after its first frame: with a failure, or without. */
  readonly onEnd: (error?: unknown) => void;
}

/**
 * Waits for the first frame, so that a failure before it has a true status, and no longer than `keepAliveMs`: whatever stands
 * between client and server cuts silent connections.
 *
 * After the first byte a failure is one frame and the end, without what marks a good end: a cut answer must not look whole.
 *
 * @throws what the first frame throws.
 */
export async function openEventStream(options: EventStreamOptions): Promise<EventStream> {
  const { frames, failed, keepAlive, keepAliveMs, clock, onEnd } = options;
  let ended = false;
  let left = false;
  const end = (error?: unknown): void => {
    if (ended) return;
    ended = true;
    onEnd(error);
  };
  const pending = frames.next();
  let first = await withinPatience(pending, keepAliveMs, clock);
  let waiting: Promise<IteratorResult<string, unknown>> | undefined = first === undefined ? pending : undefined;
  let hasPinged = first !== undefined;
  const done = { done: true, value: undefined } as const;
  return {
    keepAlive,
    async next() {
      if (ended || left) return done;
      if (!hasPinged) {
        hasPinged = true;
        return { done: false, value: keepAlive() };
      }
      try {
        const result = first ?? (await (waiting ?? frames.next()));
        first = undefined;
        waiting = undefined;
        if (result.done !== true) return { done: false, value: result.value };
        if (!left) end();
        return done;
      } catch (error) {
        const isNews = !ended && !left;
        end(error);
        return isNews ? { done: false, value: failed(targetFailure(error)) } : done;
      }
    },
    leave() {
      if (ended || left) return;
      left = true;
      const gone = new Error('the client has gone');
      // A target that does not listen must not hold up whoever serves the others.
      const stopWaiting = clock.after(mostFarewellMs, () => {
        end(gone);
      });
      // A `next` that waits hears the end first, and tells of it what was used.
      const over = frames.return?.() ?? Promise.resolve();
      over
        .then(() => undefined, end)
        .finally(() => {
          stopWaiting();
          end(gone);
        });
    },
  };
}

/** What is told in time; `undefined` for what is not. */
function withinPatience<T>(pending: Promise<T>, ms: number, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(ms, () => {
      resolve(undefined);
    });
    pending.then(resolve, reject).finally(stop);
  });
}
