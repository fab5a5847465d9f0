import type { ChatEvent } from '@tako/core/provider';

/**
 * Events of a stream that is opened when the first one is asked for. A generator in its place would cost as much again for
 * each event. It has one consumer, who asks for one event at a time.
 */
export function lazyEvents(open: () => Promise<AsyncIterable<ChatEvent>>): AsyncIterable<ChatEvent> {
  return {
    [Symbol.asyncIterator]() {
      let inner: AsyncIterator<ChatEvent> | undefined;
      const first = async (): Promise<IteratorResult<ChatEvent>> => {
        inner = (await open())[Symbol.asyncIterator]();
        return inner.next();
      };
      return {
        next: () => (inner === undefined ? first() : inner.next()),
        async return() {
          await inner?.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
