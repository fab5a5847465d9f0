import { systemClock, toTakoError, wrapProvider, type ChatEvent, type Clock, type ProviderLayer } from '@tako/core';
import { modelStream, type Timeouts } from '@tako/core/provider';

/** What `timeout` takes: the four limits, in milliseconds; those left out are off. */
export interface TimeoutOptions extends Timeouts {
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * Time limits for a provider that has none of its own, or tighter ones: until its first event of any kind (`connectMs`),
 * from there to the first content, between two events, and in all.
 *
 * @throws `timeout` with `details.limit` and `details.limitMs`.
 */
export function timeout(options: TimeoutOptions): ProviderLayer {
  const { connectMs = Infinity, firstEventMs = Infinity, betweenEventsMs = Infinity, totalMs = Infinity } = options;
  const { clock = systemClock(globalThis) } = options;
  const timeouts = { connectMs, firstEventMs, betweenEventsMs, totalMs };
  // An answer in one piece has its first event at its end: whoever limits the wait for it wants a stream.
  const mustStream = Math.min(connectMs, firstEventMs) < totalMs ? { streaming: true } : {};
  return (next) =>
    wrapProvider(next, (request, call) =>
      modelStream({
        call,
        source: next.id,
        clock,
        timeouts,
        open: ({ signal, connected }) => telling(next.stream(request, { ...call, ...mustStream, signal }), connected),
        toError: (error) => toTakoError(error, 'provider', `${next.id} threw something that is not a TakoError`),
      }),
    );
}

async function* telling(events: AsyncIterable<ChatEvent>, connected: () => void): AsyncGenerator<ChatEvent> {
  for await (const event of events) {
    connected();
    yield event;
  }
}
