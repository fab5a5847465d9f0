const two32 = 2 ** 32;

/** Bytes of a length that is kept free before it is known: most messages are below 128 bytes. */
const keptFree = 1;

/** Names that are kept as they are written, and the longest of them. */
const mostKnown = 1_000;
const longestKnown = 128;

/**
 * Writes protobuf, into bytes that grow. A tag is the number of a field and its wire type: `(field << 3) | type`.
 * Source: https://protobuf.dev/programming-guides/encoding/ (read 2026-11-24).
 */
export class ProtoWriter {
  readonly #known = new Map<string, Uint8Array>();
  #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What is written, until the next `clear`. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  tag(tag: number): void {
    this.#reserve(2);
    if (tag > 127) this.#bytes[this.#length++] = (tag & 127) | 128;
    this.#bytes[this.#length++] = tag > 127 ? tag >> 7 : tag;
  }

  /** A whole number, as far as 64 bits hold it. */
  varint(value: number): void {
    this.#reserve(10);
    if (value < 0) return this.#negative(value);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = rest < two32 ? rest >>> 7 : Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** What is beyond 32 bits is left out: whoever ended a span at an impossible time must not be hit by it. */
  fixed32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value >>> 0, this.#length);
  }

  fixed64(low: number, high: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  /** Bytes that are written as two characters each; from where they are not, they are left out. */
  hex(text: string): void {
    const at = this.begin();
    this.#reserve(text.length);
    this.#length += this.#bytes.write(text, this.#length, 'hex');
    this.end(at);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** A text that comes once. */
  text(value: string): void {
    const at = this.begin();
    this.#reserve(value.length * 3);
    this.#length += this.#bytes.write(value, this.#length);
    this.end(at);
  }

  /** A text that comes over and over. */
  name(value: string): void {
    let bytes = this.#known.get(value);
    if (bytes === undefined) {
      bytes = new TextEncoder().encode(value);
      if (this.#known.size < mostKnown && bytes.length <= longestKnown) this.#known.set(value, bytes);
    }
    this.bytes(bytes);
  }

  /** Leaves room for the length of what is written next. @returns what `end` has to know */
  begin(): number {
    this.#reserve(keptFree);
    this.#length += keptFree;
    return this.#length;
  }

  /** Writes the length of what was written since `begin`. */
  end(start: number): void {
    const length = this.#length - start;
    const more = (length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4) - keptFree;
    if (more > 0) {
      this.#reserve(more);
      this.#bytes.copyWithin(start + more, start, this.#length);
      this.#length += more;
    }
    let at = start - keptFree;
    let rest = length;
    for (; rest > 127; rest >>>= 7) this.#bytes[at++] = (rest & 127) | 128;
    this.#bytes[at] = rest;
  }

  #negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.written());
    this.#bytes = larger;
  }
}
