import type { ServerResponse } from 'node:http';

import type { Clock } from '@tako/core';

import type { EventStream } from '../http/event-stream.js';

/** So much text is written at once at most. */
const mostBufferedCharacters = 16_384;

/** How a stream is sent. */
export interface SendOptions {
  /** How long a reader may stand still before its connection is cut. */
  readonly writeTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly clock: Clock;
}

/**
 * Sends an event stream: the first word goes out with the headers, what comes in a burst is written at once, a reader that is slow
 * slows the run, and a silent stream says that it lives.
 */
export async function sendEventStream(
  stream: EventStream,
  response: ServerResponse,
  { keepAliveMs, writeTimeoutMs, clock }: SendOptions,
): Promise<void> {
  let buffered = '';
  let isBegun = false;
  let scheduled: NodeJS.Immediate | undefined;
  let wroteMs = clock.now();
  let stopTimer = (): void => undefined;
  const flush = (): void => {
    scheduled = undefined;
    if (buffered === '' || response.destroyed) return;
    response.write(buffered);
    buffered = '';
    wroteMs = clock.now();
  };
  const watch = (ms: number): void => {
    stopTimer = clock.after(ms, () => {
      const silentMs = clock.now() - wroteMs;
      if (silentMs >= keepAliveMs && !response.writableNeedDrain) {
        buffered += stream.keepAlive();
        flush();
      }
      watch(Math.max(1, keepAliveMs - (clock.now() - wroteMs)));
    });
  };
  const onClose = (): void => {
    stream.leave();
  };
  response.once('close', onClose);
  if (response.destroyed) onClose(); // it was left before it began: nothing will tell
  watch(keepAliveMs);
  try {
    for (;;) {
      const { done, value } = await stream.next();
      if (done === true || response.destroyed) break;
      buffered += value;
      if (isBegun && buffered.length < mostBufferedCharacters) {
        scheduled ??= setImmediate(flush);
        continue;
      }
      isBegun = true;
      flush();
      if (response.writableNeedDrain) await drained(response, writeTimeoutMs, clock);
      if (response.destroyed) break;
    }
  } finally {
    stopTimer();
    if (scheduled !== undefined) clearImmediate(scheduled);
    response.off('close', onClose);
    onClose();
    flush();
    response.end();
  }
}

/** Resolves when the reader has caught up or is gone; one that stands still for too long is cut off. */
function drained(response: ServerResponse, timeoutMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const stopTimer = clock.after(timeoutMs, () => {
      response.destroy();
    });
    const done = (): void => {
      stopTimer();
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
