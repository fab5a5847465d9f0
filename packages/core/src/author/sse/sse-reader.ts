import { malformedAnswer } from '../../error/make-error.js';

/** One event of an event stream: its data, and its name where it has one. */
export interface SseMessage {
  readonly data: string;
  readonly event: string | undefined;
}

/** The longest event that is read, in characters. A server that never ends a line must not fill the memory. */
const maxEventCharacters = 2 ** 24;

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
  #heldSize = 0;
  /** The text before ended with a carriage return: a line feed that comes now belongs to it. */
  #isAfterReturn = false;
  #data: string | undefined;
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

  #parse(piece: string): readonly SseMessage[] {
    const messages: SseMessage[] = [];
    if (piece === '') return messages;
    let from = this.#isAfterReturn && piece.startsWith('\n') ? 1 : 0;
    this.#isAfterReturn = piece.endsWith('\r');
    const text = piece.includes('\r') ? piece.replace(/\r\n?/g, '\n') : piece;
    for (let end = text.indexOf('\n', from); end >= 0; end = text.indexOf('\n', from)) {
      const message = this.#takeLine(this.#wholeLine(text.slice(from, end)));
      if (message !== undefined) messages.push(message);
      from = end + 1;
    }
    if (from < text.length) {
      this.#held.push(text.slice(from));
      this.#heldSize += text.length - from;
    }
    if (this.#heldSize + (this.#data?.length ?? 0) > maxEventCharacters) {
      const source = this.#source;
      throw malformedAnswer(source, 'an event is too long');
    }
    return messages;
  }

  #wholeLine(end: string): string {
    if (this.#held.length === 0) return end;
    const line = this.#held.join('') + end;
    this.#held = [];
    this.#heldSize = 0;
    return line;
  }

  /** A field, a comment, or the blank line that ends an event. */
  #takeLine(line: string): SseMessage | undefined {
    if (line === '') {
      const [data, event] = [this.#data, this.#event];
      this.#data = this.#event = undefined;
      return data === undefined ? undefined : { data, event };
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    else if (field === 'event') this.#event = value === '' ? undefined : value;
    return undefined;
  }
}
