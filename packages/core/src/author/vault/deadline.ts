import { cancelled, providerError } from '../../error/make-error.js';
import type { Clock } from '../../platform/platform.js';

/** How long work may take, and who may call it off. */
export interface DeadlineOptions {
  /** Who works: stands in the error. */
  readonly source: string;
  /** What is asked for, a key for instance: stands in the error too. */
  readonly what?: string | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** The caller's. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does `work` until it ends, the time is over, or the caller's signal aborts, whichever comes first. The signal that `work` is
 * given aborts in all three cases: nothing that it opened stays open.
 *
 * @throws `timeout` or `cancelled`, or what `work` threw.
 */
export async function withDeadline<T>(options: DeadlineOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { source, what, timeoutMs, clock, signal } = options;
  const where = what === undefined ? source : `${source}: ${what}`;
  if (signal?.aborted === true) throw cancelled(signal.reason);
  const controller = new AbortController();
  let stop: (() => void) | undefined;
  const over = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(cancelled(signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    const callOff = clock.after(timeoutMs, () =>
      reject(providerError('timeout', `${where}: no answer within ${timeoutMs} ms`, { source })),
    );
    stop = () => {
      signal?.removeEventListener('abort', onAbort);
      callOff();
    };
  });
  const working = work(controller.signal);
  working.catch(() => undefined); // heard below, or nobody waits for it any more
  try {
    return await Promise.race([working, over]);
  } finally {
    stop?.();
    controller.abort();
  }
}
