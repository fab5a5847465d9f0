import { providerError } from '@tako/core/provider';
import { createParser, type EventSourceMessage, type EventSourceParser } from 'eventsource-parser';

/** One event of an event stream: its data, and its name where it has one. */
export type SseMessage = Pick<EventSourceMessage, 'data' | 'event'>;

/** The longest event that is read, in characters. A server that never ends a line must not fill the memory. */
const maxEventCharacters = 16 * 1024 * 1024;

/**
 * Cuts the bytes of an event stream into its events, however they are cut into pieces: inside a character, between
 * carriage return and line feed, many events at once. Comments are left out, a byte order mark too.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html (read 2026-11-23).
 */
export class SseReader {
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  #messages: SseMessage[] = [];

  /** @param source who sends, for errors */
  constructor(source = 'the server') {
    this.#parser = createParser({
      maxBufferSize: maxEventCharacters,
      onEvent: (message) => this.#messages.push(message),
      onError: (error) => {
        if (error.type !== 'max-buffer-size-exceeded') return; // fields that nobody knows are left out
        throw providerError('malformed_response', `${source} sent an event that is too long`, { source });
      },
    });
  }

  /** The events that are complete with these bytes. @throws `malformed_response` for an event over 16 Mi characters. */
  read(bytes: Uint8Array): readonly SseMessage[] {
    return this.#parse(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The event that lacked only its blank line, if any. */
  end(): readonly SseMessage[] {
    return this.#parse(`${this.#decoder.decode()}\n\n`);
  }

  #parse(text: string): readonly SseMessage[] {
    this.#messages = [];
    this.#parser.feed(text);
    return this.#messages;
  }
}
