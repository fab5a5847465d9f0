import { providerError, type SseMessage } from '@tako/core/provider';

/** The longest line that is read, in characters. A server that never ends a line must not fill the memory. */
const maxLineCharacters = 16 * 1024 * 1024;

/**
 * Cuts bytes into lines, however they are cut into pieces, inside a character too. A line is told as an event
 * of an event stream is, white space at its ends removed.
 */
export class LineReader {
  readonly #decoder = new TextDecoder();
  readonly #source: string;
  /** The pieces of a line whose end has not come. They are joined once: joining at each piece would be quadratic. */
  #begun: string[] = [];
  #begunSize = 0;

  /** @param source who sends, for errors */
  constructor(source: string) {
    this.#source = source;
  }

  /** The lines that are complete with these bytes. @throws `malformed_response` for a line over 16 Mi characters. */
  read(bytes: Uint8Array): readonly SseMessage[] {
    return this.#lines(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The line that lacked only its end, if any. */
  end(): readonly SseMessage[] {
    return this.#lines(`${this.#decoder.decode()}\n`);
  }

  #lines(text: string): readonly SseMessage[] {
    const pieces = text.split('\n');
    const rest = pieces.pop() ?? '';
    const lines: SseMessage[] = [];
    for (const piece of pieces) {
      lines.push({ data: [...this.#begun, piece].join('').trim(), event: undefined });
      this.#begun = [];
      this.#begunSize = 0;
    }
    if (rest !== '') this.#begun.push(rest);
    this.#begunSize += rest.length;
    if (this.#begunSize > maxLineCharacters) {
      const source = this.#source;
      throw providerError('malformed_response', `${source} sent a line that is too long`, { source });
    }
    return lines;
  }
}
