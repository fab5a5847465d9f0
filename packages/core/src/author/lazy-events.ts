import type { ChatEvent } from '../chat/chat-event.js';

/**
 * Events of a stream that is being opened. A generator in its place would cost as much again for each event. It has one
 * consumer, who asks for one event at a time.
 */
export function lazyEvents(opening: Promise<AsyncIterable<ChatEvent>>): AsyncIterable<ChatEvent> {
  opening.catch(() => undefined); // told by the first event that is asked for, if one ever is
  return {
    [Symbol.asyncIterator]() {
      let inner: AsyncIterator<ChatEvent> | undefined;
      const first = async (): Promise<IteratorResult<ChatEvent>> => {
        inner = (await opening)[Symbol.asyncIterator]();
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
