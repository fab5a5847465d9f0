import type { ChatEvent, Provider } from '@tako/core';

/**
 * A provider's events with a `start` that names it, so that the call is booked at its price, one that fails before its first
 * event too.
 */
export async function* answeredBy(
  { id, price }: Pick<Provider, 'id' | 'price'>,
  events: AsyncIterable<ChatEvent> | Iterable<ChatEvent>,
): AsyncGenerator<ChatEvent, void, undefined> {
  const its = { id, ...(price === undefined ? {} : { price }) };
  let isNamed = false;
  try {
    for await (const event of events) {
      if (isNamed || event.type === 'attempt') {
        yield event;
        continue;
      }
      isNamed = true;
      if (event.type === 'start') yield { ...event, answeredBy: event.answeredBy ?? its };
      else {
        yield { type: 'start', answeredBy: its };
        yield event;
      }
    }
  } catch (error) {
    if (!isNamed) yield { type: 'start', answeredBy: its };
    throw error;
  }
}
