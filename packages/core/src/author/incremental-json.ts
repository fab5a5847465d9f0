import type { JsonValue } from '../json.js';

/** A container under construction, and the key that its next value goes to. */
interface Level {
  readonly container: unknown[] | { [key: string]: unknown };
  key: string;
}

/** What may come next, outside of strings and words. */
type Expectation = 'value' | 'first_item' | 'first_key' | 'key' | 'colon' | 'comma' | 'nothing';

const escapes: { readonly [character: string]: string } = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const blanks = ' \t\n\r';

/**
 * Parses JSON while it arrives, each character once.
 *
 * `value` is what is there so far: objects, arrays and strings grow in place; numbers and words (`true`, `null`) show
 * when they are complete. A text that is not JSON makes `state` `invalid`, and `value` keeps what came before.
 */
export class IncrementalJson {
  readonly #levels: Level[] = [];
  #root: unknown;
  #expect: Expectation = 'value';
  #state: 'partial' | 'complete' | 'invalid' = 'partial';
  /** The string being read, with the text of an unfinished escape apart. */
  #string: string | undefined;
  #escape = '';
  #stringIsKey = false;
  /** The number or word being read. */
  #word = '';

  /** `complete` when the text is one whole JSON value (for a bare number: after `end`). */
  get state(): 'partial' | 'complete' | 'invalid' {
    return this.#state;
  }

  /** What is there so far; `undefined` before anything is. */
  get value(): JsonValue | undefined {
    return this.#root as JsonValue | undefined; // built here, from JSON only
  }

  /** Takes more text. After `invalid` it is ignored. */
  push(text: string): void {
    let at = 0;
    while (at < text.length && this.#state !== 'invalid') {
      if (this.#string === undefined) this.#structure(text[at++] ?? '');
      else at = this.#inString(text, at);
    }
    // A value that is still growing shows as far as it is there.
    if (this.#string !== undefined && !this.#stringIsKey) this.#place(this.#string);
  }

  /** Says that nothing more comes. @returns whether the text was one whole JSON value. */
  end(): boolean {
    if (this.#word !== '') this.#endWord();
    if (this.#state === 'partial') this.#state = 'invalid';
    return this.#state === 'complete';
  }

  #structure(character: string): void {
    if (this.#word !== '' && !/[\s,\]}:"[{]/.test(character)) {
      this.#word += character;
      return;
    }
    if (this.#word !== '') this.#endWord();
    if (this.#state === 'invalid' || blanks.includes(character)) return;

    switch (character) {
      case '{':
        this.#open({}, 'first_key');
        break;
      case '[':
        this.#open([], 'first_item');
        break;
      case '}':
      case ']':
        this.#close(character);
        break;
      case '"':
        this.#openString();
        break;
      case ':':
        this.#step('colon', 'value');
        break;
      case ',':
        this.#step('comma', Array.isArray(this.#levels.at(-1)?.container) ? 'value' : 'key');
        break;
      default:
        if (this.#takesValue()) this.#word = character;
        else this.#state = 'invalid';
    }
  }

  #takesValue(): boolean {
    return this.#expect === 'value' || this.#expect === 'first_item';
  }

  #step(from: Expectation, to: Expectation): void {
    if (this.#expect === from && this.#levels.length > 0) this.#expect = to;
    else this.#state = 'invalid';
  }

  #open(container: Level['container'], expect: Expectation): void {
    if (!this.#takesValue()) {
      this.#state = 'invalid';
      return;
    }
    this.#place(container);
    this.#levels.push({ container, key: Array.isArray(container) ? '0' : '' });
    this.#expect = expect;
  }

  #close(bracket: '}' | ']'): void {
    const level = this.#levels.at(-1);
    const isArray = Array.isArray(level?.container);
    const atEnd = this.#expect === 'comma' || this.#expect === (isArray ? 'first_item' : 'first_key');
    if (level === undefined || isArray !== (bracket === ']') || !atEnd) {
      this.#state = 'invalid';
      return;
    }
    this.#levels.pop();
    this.#afterValue();
  }

  #openString(): void {
    this.#stringIsKey = this.#expect === 'first_key' || this.#expect === 'key';
    if (this.#stringIsKey || this.#takesValue()) this.#string = '';
    else this.#state = 'invalid';
  }

  /** Reads on in a string, in one slice up to its end or the next escape. @returns where to go on */
  #inString(text: string, from: number): number {
    if (this.#escape !== '') {
      this.#escape += text[from] ?? '';
      this.#endEscape();
      return from + 1;
    }
    let to = from;
    for (; to < text.length; to++) {
      const code = text.charCodeAt(to);
      if (code === 0x22 || code === 0x5c) break;
      if (code < 0x20) {
        this.#string = (this.#string ?? '') + text.slice(from, to);
        this.#state = 'invalid';
        return to;
      }
    }
    const read = (this.#string ?? '') + text.slice(from, to);
    this.#string = read;
    if (to === text.length) return to;
    if (text[to] === '\\') this.#escape = '\\';
    else this.#endString(read);
    return to + 1;
  }

  #endEscape(): void {
    const escape = this.#escape;
    const kind = escape[1] ?? '';
    if (kind === 'u') {
      if (escape.length < 6) return;
      const isHex = /^\\u[0-9a-fA-F]{4}$/.test(escape);
      if (isHex) this.#string += String.fromCharCode(Number.parseInt(escape.slice(2), 16));
      else this.#state = 'invalid';
    } else if (Object.hasOwn(escapes, kind)) this.#string += escapes[kind] ?? '';
    else this.#state = 'invalid';
    this.#escape = '';
  }

  #endString(read: string): void {
    this.#string = undefined;
    const level = this.#levels.at(-1);
    if (this.#stringIsKey && level !== undefined) {
      level.key = read;
      this.#expect = 'colon';
    } else {
      this.#place(read);
      this.#afterValue();
    }
  }

  #endWord(): void {
    const word = this.#word;
    this.#word = '';
    try {
      this.#place(JSON.parse(word));
      this.#afterValue();
    } catch {
      this.#state = 'invalid';
    }
  }

  /** Puts a value where the next one belongs; again with more of it while it grows. */
  #place(value: unknown): void {
    const level = this.#levels.at(-1);
    if (level === undefined) this.#root = value;
    else if (Array.isArray(level.container)) level.container[Number(level.key)] = value;
    else if (level.key === '__proto__') {
      // Assigning would set the prototype; JSON.parse makes an own property of it, and so do we.
      Object.defineProperty(level.container, level.key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else level.container[level.key] = value;
  }

  #afterValue(): void {
    const level = this.#levels.at(-1);
    if (level === undefined) {
      this.#expect = 'nothing';
      this.#state = 'complete';
      return;
    }
    if (Array.isArray(level.container)) level.key = String(level.container.length);
    this.#expect = 'comma';
  }
}
