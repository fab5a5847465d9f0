import { providerError } from '@tako/core/provider';

/** One event of an event stream: its data, and its name where it has one. */
export interface SseMessage {
  readonly data: string;
  readonly event: string | undefined;
}

/** The longest event that is read, in characters. A server that never ends a line must not fill the memory. */
const maxEventCharacters = 16 * 1024 * 1024;

/**
 * Cuts the bytes of an event stream into its events, however they are cut into pieces: inside a character, between
 * carriage return and line feed, many events at once. Comments are left out, a byte order mark too. Its time is linear in
 * the bytes.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html (read 2026-11-23).
 */
export class SseReader {
  readonly #decoder = new TextDecoder();
  readonly #source: string;
  /** The pieces of a line whose end has not come. They are joined once: joining at each piece would be quadratic. */
  #held: string[] = [];
  /** Characters in `#held` and `#data`. */
  #size = 0;
  /** The text before ended with a carriage return: a line feed that comes now belongs to it. */
  #isAfterReturn = false;
  #data: string[] = [];
  #event: string | undefined;

  /** @param source who sends, for errors */
  constructor(source = 'the server') {
    this.#source = source;
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
    const messages: SseMessage[] = [];
    if (text === '') return messages;
    let from = this.#isAfterReturn && text.startsWith('\n') ? 1 : 0;
    this.#isAfterReturn = text.endsWith('\r');
    const lineEnd = /\r\n?|\n/g;
    lineEnd.lastIndex = from;
    for (let end = lineEnd.exec(text); end !== null; end = lineEnd.exec(text)) {
      const line = this.#held.join('') + text.slice(from, end.index);
      this.#held = [];
      from = lineEnd.lastIndex;
      if (line !== '') this.#takeLine(line);
      else if (this.#data.length > 0) messages.push(this.#takeMessage());
      else this.#event = undefined;
    }
    if (from < text.length) this.#held.push(text.slice(from));
    this.#size += text.length;
    if (this.#size > maxEventCharacters) this.#checkSize();
    return messages;
  }

  /** A field or a comment. */
  #takeLine(line: string): void {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value === '' ? undefined : value;
  }

  #takeMessage(): SseMessage {
    const message = { data: this.#data.join('\n'), event: this.#event };
    this.#data = [];
    this.#event = undefined;
    return message;
  }

  /** Counts again: `#size` has grown by everything that was read since it was counted last. */
  #checkSize(): void {
    const source = this.#source;
    this.#size = [...this.#held, ...this.#data].reduce((size, { length }) => size + length, 0);
    if (this.#size <= maxEventCharacters) return;
    throw providerError('malformed_response', `${source} sent an event that is too long`, { source });
  }
}
