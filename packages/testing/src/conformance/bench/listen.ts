import { call, ResponseBuilder, type Call, type ChatEvent, type ChatRequest, type Provider } from '@tako/core';

import { leaks } from '../../secrets/scan/leaks.js';
import { apiKey } from './bench.js';
import { expectThat, shown, within } from './expectation.js';

/** What a consumer heard of one stream. */
export interface Heard {
  readonly events: readonly ChatEvent[];
  /** What the stream threw; `undefined` where it came to its end. */
  readonly error: unknown;
}

/** What a consumer does when it gets an event. `leave` makes it break off. */
export type Reaction = (event: ChatEvent, at: number) => void | 'leave' | Promise<void | 'leave'>;

/** No stream of the suite takes as long as this, in milliseconds. */
const patienceMs = 10_000;

/** No stream of the suite has as many events as this. */
const mostEvents = 50_000;

/**
 * Hears a stream to its end, its failure, or until `reaction` leaves. It never throws what the stream throws.
 *
 * @throws an `Error` when the failure shows the key, in whatever form and however deep.
 */
export function listen(
  provider: Provider,
  request: ChatRequest,
  options: Partial<Call> = {},
  reaction: Reaction = () => undefined,
): Promise<Heard> {
  const events: ChatEvent[] = [];
  const hear = async (): Promise<Heard> => {
    try {
      for await (const event of bounded(provider.stream(request, call(options)))) {
        events.push(event);
        if ((await reaction(event, events.length - 1)) === 'leave') break;
      }
      return { events, error: undefined };
    } catch (error) {
      const [leak] = leaks([apiKey], error);
      expectThat(leak === undefined, `no error shows the key, and it is in ${leak?.where ?? ''} (${leak?.form ?? ''})`);
      return { events, error };
    }
  };
  return within(patienceMs, hear(), 'the stream ends or throws');
}

/**
 * The same stream, with an end. One that has none would hold the process: no time limit could fire.
 *
 * @throws an `Error` after more events than any stream of the suite has.
 */
export async function* bounded(stream: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent, void, undefined> {
  let count = 0;
  for await (const event of stream) {
    if (++count > mostEvents) throw new Error(`the stream has an end: it told more than ${mostEvents} events`);
    yield event;
  }
}

/** Hears a stream that must come to its end. */
export async function listenToEnd(
  provider: Provider,
  request: ChatRequest,
  options?: Partial<Call>,
): Promise<readonly ChatEvent[]> {
  const { events, error } = await listen(provider, request, options);
  if (error !== undefined) {
    throw new Error(`the stream should come to its end, and it threw ${shown(error)}`, { cause: error });
  }
  return events;
}

/** The events put together. */
export function builtFrom(events: readonly ChatEvent[]): ResponseBuilder {
  const builder = new ResponseBuilder();
  for (const event of events) builder.add(event);
  return builder;
}

/** All text of `text_delta` events. */
export function textIn(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text_delta' ? event.text : '')).join('');
}

/** The `finish` event of a stream that came to its end. */
export function finishOf(events: readonly ChatEvent[]): Extract<ChatEvent, { type: 'finish' }> {
  const last = events.at(-1);
  expectThat(last?.type === 'finish', `the last event is "finish", got "${last?.type ?? 'none at all'}"`);
  return last;
}
