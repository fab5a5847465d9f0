const lineEnd = 0x0a;

/** Cuts a byte stream into lines of UTF-8 text, however its chunks are cut. Bytes that are no UTF-8 become U+FFFD. */
export class LineSplitter {
  readonly #maxBytes: number;
  /** The beginning of a line whose end has not come. Joined once, at its end: joining chunk by chunk is quadratic. */
  #pieces: Uint8Array[] = [];
  #heldBytes = 0;

  /** @param maxBytes the longest line */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The lines that end in this chunk, without their ends.
   *
   * @returns `undefined` in place of a line that is too long; nothing more can be read then
   */
  *push(chunk: Uint8Array): Generator<string | undefined> {
    let from = 0;
    for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, from)) {
      this.#hold(chunk.subarray(from, at));
      from = at + 1;
      yield this.#take();
    }
    this.#hold(chunk.subarray(from));
    if (this.#heldBytes > this.#maxBytes) yield this.#take();
  }

  #hold(piece: Uint8Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
    this.#heldBytes += piece.length;
  }

  #take(): string | undefined {
    const pieces = this.#pieces;
    const isTooLong = this.#heldBytes > this.#maxBytes;
    this.#pieces = [];
    this.#heldBytes = 0;
    if (isTooLong) return undefined;
    const text = Buffer.concat(pieces).toString('utf8');
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }
}
