import { getEventListeners } from 'node:events';

import { expect } from 'vitest';

import { modelStream, type ModelStreamOptions } from '../src/author/model-stream.js';
import { call, TakoError, type ChatEvent } from '../src/index.js';
import { FakeClock } from './fake-clock.js';

export const hel: ChatEvent = { type: 'text_delta', index: 0, text: 'Hel' };
export const lo: ChatEvent = { type: 'text_delta', index: 0, text: 'lo' };
export const start: ChatEvent = { type: 'start', requestId: 'req_1' };
export const finish: ChatEvent = { type: 'finish', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 2 } };
export const never = new Promise<never>(() => undefined);

/** A call under test: its stream, and everything that must be quiet when it is over. */
export function opened(open: ModelStreamOptions['open'], options: Partial<ModelStreamOptions> = {}) {
  const clock = new FakeClock();
  const caller = new AbortController();
  let vendorSignal: AbortSignal | undefined;
  const stream = modelStream({
    call: call({ signal: caller.signal }),
    source: 'acme:small',
    clock,
    open: (given) => {
      vendorSignal = given.signal;
      return open(given);
    },
    toError: (error) =>
      error instanceof TakoError ? error : new TakoError('transport', 'broke off', { cause: error }),
    ...options,
  });
  return {
    stream,
    clock,
    caller,
    vendorSignal: () => vendorSignal,
    /** Asserts that nothing waits or listens any more. */
    expectQuiet() {
      expect(clock.pending, 'timers').toBe(0);
      expect(getEventListeners(caller.signal, 'abort'), 'listeners').toHaveLength(0);
    },
  };
}

/** A vendor that says `events`. */
export async function* saying(...events: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* events;
}

export async function drain(stream: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** A vendor whose client is a bare iterator. */
export function iterating(iterator: AsyncIterator<ChatEvent>): AsyncIterable<ChatEvent> {
  return { [Symbol.asyncIterator]: () => iterator };
}
