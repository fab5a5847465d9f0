import { expect, test } from 'vitest';

import { decodeFrame, encodeFrame } from './frame.js';

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

test.each([
  ['', [0x0a, 0]],
  ['{}', [0x0a, 2, 0x7b, 0x7d]],
  ['ü', [0x0a, 2, 0xc3, 0xbc]],
])('%j is encoded as protobuf has it', (text, expected) => {
  expect([...encodeFrame(text)]).toEqual(expected);
});

test.each([0, 127, 128, 16_383, 16_384, 2_097_152])('a text of %i bytes comes back whole', (length) => {
  const text = 'x'.repeat(length);
  expect(decodeFrame(encodeFrame(text)) === text).toBe(true);
});

test('a frame without the text, or without anything, is empty', () => {
  expect(decodeFrame(bytes())).toBe('');
  expect(decodeFrame(bytes(0x12, 1, 0x78))).toBe('');
});

test('fields that nobody knows are skipped, whatever their kind; the last text counts', () => {
  const unknown = [
    [0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], // 2: the largest number
    [0x19, 1, 2, 3, 4, 5, 6, 7, 8], // 3: 64 bits
    [0x25, 1, 2, 3, 4], // 4: 32 bits
    [0x2a, 2, 0xff, 0xfe], // 5: bytes that are no UTF-8
    [0xf8, 0xff, 0xff, 0xff, 0x0f, 0], // the highest field there can be
  ].flat();
  expect(decodeFrame(bytes(...unknown, 0x0a, 1, 0x61, ...unknown, 0x0a, 1, 0x62, ...unknown))).toBe('b');
});

test.each<[string, readonly number[]]>([
  ['a text that is cut off', [0x0a, 5, 0x61]],
  ['a length that is cut off', [0x0a, 0x80]],
  ['a key that is cut off', [0x80]],
  ['a length beyond all memory', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ['a number without an end', [0x10, ...Array.from({ length: 11 }, () => 0xff)]],
  ['64 bits that are cut off', [0x19, 1, 2]],
  ['32 bits that are cut off', [0x25, 1]],
  ['field 0', [0x02, 1, 0x61]],
  ['a group', [0x13, 0x14]],
  ['a kind that does not exist', [0x0e, 1, 0x61]],
  ['a text that is no UTF-8', [0x0a, 2, 0xff, 0xfe]],
  ['half a surrogate', [0x0a, 3, 0xed, 0xa0, 0x80]],
])('%s is no frame', (_name, frame) => {
  expect(decodeFrame(bytes(...frame))).toBeUndefined();
});

test('every beginning of a frame is a shorter frame or none, and never throws', () => {
  const frame = Buffer.concat([encodeFrame('{"jsonrpc":"2.0"}'), bytes(0x12, 3, 1, 2, 3), bytes(0x18, 0x96, 0x01)]);
  for (let length = 0; length < frame.length; length++) {
    expect(['', '{"jsonrpc":"2.0"}', undefined]).toContain(decodeFrame(frame.subarray(0, length)));
  }
});
