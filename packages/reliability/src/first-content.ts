import type { ChatEvent } from '@tako/core';

/** A stream whose beginning has been read. */
export interface BegunStream {
  readonly first: readonly ChatEvent[];
  /** The rest. */
  readonly events: AsyncIterable<ChatEvent>;
}

/** Kinds that may come before an answer's content. */
const preludes: ReadonlySet<string> = new Set(['attempt', 'start', 'usage', 'warning']);

/**
 * Reads a stream up to its first event with content: until there the consumer has heard nothing, and another try or another
 * provider may take its place.
 *
 * @throws what the stream throws until there; the stream is closed then.
 */
export async function firstContent(events: AsyncIterable<ChatEvent>): Promise<BegunStream> {
  const iterator = events[Symbol.asyncIterator]();
  const first: ChatEvent[] = [];
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    first.push(value);
    if (!preludes.has(value.type)) break;
  }
  return { first, events: { [Symbol.asyncIterator]: () => iterator } };
}
