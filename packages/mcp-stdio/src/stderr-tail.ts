import { StringDecoder } from 'node:string_decoder';

import { redact } from '@tako/core/provider';

/** Longer lines are told in pieces. */
const maxLineCharacters = 8_000;
const maxLines = 20;
/** As much as an excerpt of an error holds. */
const maxExcerptCharacters = 300;
/** A shorter value is no secret, and taking it out would leave nothing to read. */
const shortestSecret = 4;

/** Reads what a process writes to stderr: every line to a callback, the last ones kept for errors. */
export class StderrTail {
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #decoder = new StringDecoder('utf8');
  readonly #lines: string[] = [];
  #held = '';
  #secrets: readonly string[] = [];

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine;
  }

  /** Values that must not show in `excerpt`, nor a line of one that has several. */
  hide(values: readonly string[]): void {
    const lines = values.flatMap((value) => [value, ...value.split(/\r?\n/).map((line) => line.trim())]);
    this.#secrets = lines.filter((line) => line.length >= shortestSecret);
  }

  push(chunk: Buffer): void {
    const lines = (this.#held + this.#decoder.write(chunk)).split(/\r?\n/);
    this.#held = lines.pop() ?? '';
    for (const line of lines) this.#tell(line);
    if (this.#held.length > maxLineCharacters) this.end();
  }

  /** Tells of a last line that had no end. */
  end(): void {
    const held = this.#held;
    this.#held = '';
    if (held !== '') this.#tell(held);
  }

  /** The last lines, as many as go into an error, without secrets; `undefined` where there was nothing. */
  get excerpt(): string | undefined {
    let excerpt = '';
    // Whole lines only: half of a secret is not recognised.
    for (const line of this.#lines.toReversed()) {
      const shown = redact(line, this.#secrets).trim();
      if (shown === '') continue;
      if (excerpt !== '' && shown.length + excerpt.length >= maxExcerptCharacters) break;
      excerpt = excerpt === '' ? shown : `${shown} | ${excerpt}`;
    }
    return excerpt === '' ? undefined : excerpt;
  }

  #tell(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > maxLines) this.#lines.shift();
    try {
      this.#onLine?.(line);
    } catch {
      // A log callback that throws must not end the connection.
    }
  }
}
