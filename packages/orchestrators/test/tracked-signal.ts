import { getEventListeners } from 'node:events';

export interface TrackedSignal {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** How many listeners the signal has now. */
  readonly listeners: number;
}

/** A signal that tells who still listens to it. */
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
