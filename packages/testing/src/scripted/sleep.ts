import type { Clock } from '@tako/core';

/** Waits `ms` milliseconds of `clock`, for ever where `ms` is `Infinity`. @throws `signal.reason` when it aborts */
export function sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = (): void => {
      callOff();
      reject(signal.reason);
    };
    const onTime = (): void => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    };
    const callOff = ms === Infinity ? (): void => undefined : clock.after(ms, onTime);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
