import type { Clock } from '@tako/core';

/** How long something may take to end after an abort, in milliseconds, before nobody waits for it any more. */
const graceMs = 1_000;

/**
 * The same items, for a consumer that does not trust the source to listen to its signal: after an abort the source has a
 * moment to end by itself, then `signal.reason` is thrown. One that goes on as if nothing had happened is closed.
 */
export async function* foreignSteps<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  clock: Clock,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let giveUp: (error: unknown) => void = () => undefined;
  let stopTimer: () => void = () => undefined;
  const onAbort = (): void => {
    stopTimer = clock.after(graceMs, () => {
      giveUp(signal.reason);
    });
  };
  let isOver = false;
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  const next = async (): Promise<IteratorResult<T, unknown>> => {
    try {
      const step = await new Promise<IteratorResult<T, unknown>>((resolve, reject) => {
        giveUp = reject;
        iterator.next().then(resolve, reject);
      });
      isOver = step.done === true;
      return step;
    } catch (error) {
      isOver = true;
      throw error;
    }
  };
  try {
    for (;;) {
      const { done, value } = await next();
      if (done === true) return;
      signal.throwIfAborted();
      yield value;
    }
  } finally {
    stopTimer();
    signal.removeEventListener('abort', onAbort);
    if (!isOver) await closed(iterator, clock);
  }
}

/** Resolves when the source is closed, or has had a moment for it. */
async function closed(iterator: AsyncIterator<unknown>, clock: Clock): Promise<void> {
  let stopTimer: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    stopTimer = clock.after(graceMs, resolve);
  });
  try {
    await Promise.race([iterator.return?.(), late]);
  } finally {
    stopTimer();
  }
}
