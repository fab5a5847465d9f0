import { getEventListeners } from 'node:events';

/** An abort signal that can be looked at. */
export interface TrackedSignal {
  readonly signal: AbortSignal;
  /** Aborts the signal. @param reason as for `AbortController.abort` */
  abort(reason?: unknown): void;
  /** How many listeners for `abort` the signal has now, `onabort` included. */
  readonly listeners: number;
}

/** A signal that proves that nobody listens to it any more: `expect(tracked.listeners).toBe(0)`. */
export function trackedSignal(): TrackedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  return {
    signal,
    abort: (reason) => controller.abort(reason),
    get listeners() {
      return getEventListeners(signal, 'abort').length;
    },
  };
}
