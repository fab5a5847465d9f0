import type { Clock, TakoError } from '@tako/core';

/** A time limit, and the error when it is over. */
interface Limit {
  readonly ms: number;
  readonly expired: () => TakoError;
}

/** What bounds a wait. */
export interface Bounds {
  /** Each ends the wait as soon as it aborts, with its reason. */
  readonly signals: readonly AbortSignal[];
  readonly clock: Clock;
  /** For all of it. @defaultValue none */
  readonly total?: Limit | undefined;
  /** From each sign of life to the next. @defaultValue none */
  readonly idle?: Limit | undefined;
}

/**
 * Runs `work` with a signal of its own, and stops waiting when its time is over or one of the outer signals aborts,
 * whether or not it listens. The inner signal's reason is a plain word, since the SDK sends it to the server.
 *
 * @param work gets the signal, and a function to call at each sign of life
 * @throws what the work throws; the error of the limit that is over; the reason of the signal that aborted.
 */
export async function within<T>(
  bounds: Bounds,
  work: (signal: AbortSignal, alive: () => void) => Promise<T>,
): Promise<T> {
  const { signals, clock, total, idle } = bounds;
  for (const signal of signals) signal.throwIfAborted();
  const controller = new AbortController();
  const undo: (() => void)[] = [];
  let isOver = false;
  try {
    return await new Promise<T>((resolve, reject) => {
      const stop = (error: unknown, why: string): void => {
        isOver = true;
        reject(error);
        controller.abort(why);
      };
      for (const signal of signals) {
        const onAbort = (): void => stop(signal.reason, 'cancelled');
        signal.addEventListener('abort', onAbort, { once: true });
        undo.push(() => signal.removeEventListener('abort', onAbort));
      }
      const start = (limit: Limit | undefined): (() => void) => {
        if (limit === undefined || !Number.isFinite(limit.ms)) return () => undefined;
        return clock.after(limit.ms, () => stop(limit.expired(), 'timeout'));
      };
      undo.push(start(total));
      let stopIdle = start(idle);
      undo.push(() => stopIdle());
      const alive = (): void => {
        if (isOver) return;
        stopIdle();
        stopIdle = start(idle);
      };
      work(controller.signal, alive).then(resolve, reject);
    });
  } finally {
    isOver = true;
    for (const step of undo) step();
  }
}
