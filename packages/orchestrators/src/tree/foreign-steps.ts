import type { Clock } from '@tako/core';

/** How long something may take to end after an abort, in milliseconds, before nobody waits for it any more. */
const graceMs = 1_000;

/**
 * The same items, for a consumer that does not trust the source to listen to its signal: after an abort the source has a
 * moment to end by itself, then `signal.reason` is thrown.
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
  try {
    for (;;) {
      const { done, value } = await new Promise<IteratorResult<T, unknown>>((resolve, reject) => {
        giveUp = reject;
        iterator.next().then(resolve, reject);
      });
      if (done === true) {
        isOver = true;
        return;
      }
      yield value;
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    stopTimer();
    signal.removeEventListener('abort', onAbort);
    if (!isOver) await iterator.return?.();
  }
}
