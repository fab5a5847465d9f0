/** The only field that is read and written: a text, `JsonRpcLine.line` in one service and `Frame.json` in the other. */
const textField = 1;

/** Wire types of protobuf. Source: https://protobuf.dev/programming-guides/encoding (read 2026-11-23). */
const varint = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;

/** A frame that holds a JSON-RPC message. */
export function encodeFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const head = [(textField << 3) | lengthDelimited];
  let left = bytes;
  for (; left > 0x7f; left = Math.floor(left / 0x80)) head.push((left & 0x7f) | 0x80);
  head.push(left);
  const frame = Buffer.allocUnsafe(head.length + bytes);
  frame.set(head);
  frame.write(text, head.length);
  return frame;
}

/**
 * The text of a frame, empty where it has none; `undefined` where the bytes are no protobuf message, or the text is no
 * UTF-8. Other fields are skipped, and of several texts the last one counts, as protobuf has it.
 */
export function decodeFrame(frame: Uint8Array): string | undefined {
  let at = 0;
  let text: Uint8Array = new Uint8Array();
  while (at < frame.length) {
    const key = readVarint(frame, at);
    if (key === undefined || key.value < 1 << 3) return undefined; // there is no field 0
    at = key.end;
    const wireType = key.value % 8;
    let end: number | undefined;
    if (wireType === lengthDelimited) {
      const length = readVarint(frame, at);
      if (length === undefined) return undefined;
      at = length.end;
      end = at + length.value;
      if (Math.floor(key.value / 8) === textField) text = frame.subarray(at, end);
    } else {
      end = endOfNumber(frame, at, wireType);
    }
    if (end === undefined || end > frame.length) return undefined;
    at = end;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
  } catch {
    return undefined; // see above
  }
}

/** Groups, which proto3 does not have, are none. */
function endOfNumber(frame: Uint8Array, at: number, wireType: number): number | undefined {
  switch (wireType) {
    case varint:
      return readVarint(frame, at)?.end;
    case fixed64:
      return at + 8;
    case fixed32:
      return at + 4;
    default:
      return undefined;
  }
}

/** Exact up to 2^53, which is enough for keys and lengths. */
function readVarint(frame: Uint8Array, at: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = frame[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 0x80 ** index;
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined; // longer than any number
}
