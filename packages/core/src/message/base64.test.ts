import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fromBase64, toBase64 } from './base64.js';

test('bytes survive the way there and back, and the text is what the platform makes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      const text = toBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(text)).toEqual(bytes);
    }),
  );
});

test('arrays larger than an argument list', () => {
  const bytes = new Uint8Array(3_000_001).map((_, at) => at % 251);
  expect(Buffer.from(bytes).equals(fromBase64(toBase64(bytes)))).toBe(true);
});

test('a part of a larger buffer is that part alone', () => {
  const part = Uint8Array.of(1, 2, 3, 4, 5).subarray(1, 3);
  expect(toBase64(part)).toBe('AgM=');
  expect(toBase64(Buffer.from('squid'))).toBe('c3F1aWQ=');
});

test('text is base64 already; the prefix of a data URL is cut off', () => {
  expect(toBase64('c3F1aWQ=')).toBe('c3F1aWQ=');
  expect(toBase64('data:image/png;base64,c3F1aWQ=')).toBe('c3F1aWQ=');
  expect(new TextDecoder().decode(fromBase64('data:text/plain;base64,c3F1aWQ='))).toBe('squid');
});

test('bytes are handed through', () => {
  const bytes = Uint8Array.of(1, 2);
  expect(fromBase64(bytes)).toBe(bytes);
});

test.each(['not base64!', 'data:', 'a', '====', 'Grüße'])(
  'what is not base64 is invalid, and not quoted: %o',
  (text) => {
    expect(() => fromBase64(text)).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(() => fromBase64(`${text} private`)).not.toThrow('private');
  },
);
