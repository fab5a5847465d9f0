import { TakoError, type Clock } from '@tako/core';

/** What bounds a piece of work. */
export interface Bounds {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Names the work in the `timeout` error. */
  readonly what: string;
}

/**
 * Runs work with a signal of its own, and stops waiting for it when its time is over or the outer signal aborts, whether
 * or not it listens.
 *
 * @throws what the work throws; `timeout`; `signal.reason`.
 */
export async function within<T>(bounds: Bounds, work: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
  const { signal, timeoutMs, clock, what } = bounds;
  signal.throwIfAborted();
  const controller = new AbortController();
  let giveUp: (error: unknown) => void = () => undefined;
  const stop = (error: unknown): void => {
    giveUp(error);
    controller.abort(error);
  };
  const onAbort = (): void => stop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const stopTimer = clock.after(timeoutMs, () => {
    stop(new TakoError('timeout', `${what} was not done within ${timeoutMs} ms`));
  });
  try {
    return await new Promise<T>((resolve, reject) => {
      giveUp = reject;
      Promise.resolve(work(controller.signal)).then(resolve, reject);
    });
  } finally {
    stopTimer();
    signal.removeEventListener('abort', onAbort);
  }
}
