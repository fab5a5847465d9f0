import type { Clock, TakoError } from '@tako/core';

/** What bounds a wait. */
export interface Bounds {
  /** Each ends the wait as soon as it aborts, with its reason. */
  readonly signals: readonly AbortSignal[];
  readonly clock: Clock;
  /** @defaultValue no limit */
  readonly timeoutMs?: number | undefined;
  /** The error when the time is over. */
  readonly expired?: (() => TakoError) | undefined;
}

/**
 * Runs `work` with a signal of its own, and stops waiting when its time is over or one of the outer signals aborts,
 * whether or not it listens. The inner signal's reason is a plain word, since the SDK sends it to the server.
 *
 * @throws what the work throws; the `expired` error; the reason of the signal that aborted.
 */
export async function within<T>(bounds: Bounds, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signals, clock, timeoutMs = Infinity, expired } = bounds;
  for (const signal of signals) signal.throwIfAborted();
  const controller = new AbortController();
  const undo: (() => void)[] = [];
  try {
    return await new Promise<T>((resolve, reject) => {
      const stop = (error: unknown, why: string): void => {
        reject(error);
        controller.abort(why);
      };
      for (const signal of signals) {
        const onAbort = (): void => stop(signal.reason, 'cancelled');
        signal.addEventListener('abort', onAbort, { once: true });
        undo.push(() => signal.removeEventListener('abort', onAbort));
      }
      if (expired !== undefined && Number.isFinite(timeoutMs)) {
        undo.push(clock.after(timeoutMs, () => stop(expired(), 'timeout')));
      }
      work(controller.signal).then(resolve, reject);
    });
  } finally {
    for (const step of undo) step();
  }
}
