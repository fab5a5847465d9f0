import { malformedAnswer } from '../error/make-error.js';

/** The longest line that is read, in characters. A server that never ends a line must not fill the memory. */
const maxLineCharacters = 2 ** 24;

/**
 * Cuts the bytes of newline-delimited JSON and its like into lines, however they are cut into pieces, inside a character too. Lines without anything in them are left
 * out. Its time is linear in the bytes.
 */
export class LineReader {
  readonly #decoder = new TextDecoder();
  readonly #source: string;
  /** The pieces of a line whose end has not come. They are joined once: joining at each piece would be quadratic. */
  #held: string[] = [];
  #heldSize = 0;

  /** @param source who sends, for errors */
  constructor(source: string) {
    this.#source = source;
  }

  /** The lines that are complete with these bytes. @throws `malformed_response` for a line over 16 Mi characters. */
  read(bytes: Uint8Array): readonly string[] {
    return this.#cut(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The line that lacked only its end, if any. */
  end(): readonly string[] {
    return this.#cut(`${this.#decoder.decode()}\n`);
  }

  #cut(text: string): readonly string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = this.#whole(text.slice(from, end));
      if (line.trim() !== '') lines.push(line);
      from = end + 1;
    }
    this.#hold(text.slice(from));
    return lines;
  }

  #whole(end: string): string {
    this.#hold(end);
    const line = this.#held.join('');
    this.#held = [];
    this.#heldSize = 0;
    return line;
  }

  #hold(piece: string): void {
    if (piece === '') return;
    this.#held.push(piece);
    this.#heldSize += piece.length;
    if (this.#heldSize > maxLineCharacters) {
      const source = this.#source;
      throw malformedAnswer(source, 'a line is too long');
    }
  }
}
