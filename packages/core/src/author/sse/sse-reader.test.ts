import { createParser } from 'eventsource-parser';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { SseReader, type SseMessage } from './sse-reader.js';

/** What `eventsource-parser` makes of the same text. */
function reference(text: string): SseMessage[] {
  const messages: SseMessage[] = [];
  createParser({ onEvent: ({ data, event }) => messages.push({ data, event }) }).feed(`${text}\n\n`);
  return messages;
}

function read(text: string, lengths: readonly number[]): SseMessage[] {
  const reader = new SseReader();
  const bytes = new TextEncoder().encode(text);
  const messages: SseMessage[] = [];
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const length = lengths[piece % lengths.length] ?? 1;
    messages.push(...reader.read(bytes.subarray(at, at + length)));
    at += length;
  }
  return [...messages, ...reader.end()];
}

const token = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('\n', '\r', '\r\n', '\n\n') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('data:', 'data: ', 'data', 'event:', 'event: x', ': ', ':', 'id: 1', 'foo', 'dat'),
  },
  { weight: 2, arbitrary: fc.constantFrom(' ', '  ', 'é漢👋', '{"a":1}', '[DONE]', '\u2028', '\0') },
);

test('it reads what the reference reader reads, whatever the bytes and however they are cut', () => {
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join('')),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      (text, lengths) => {
        expect(read(text, lengths)).toEqual(reference(text));
      },
    ),
    { numRuns: 3_000 },
  );
});

test('an event is told with the byte that completes it', () => {
  const reader = new SseReader();
  const counts = [...new TextEncoder().encode('data: a\r\n\r\ndata: b\n\n')].map(
    (byte) => reader.read(Uint8Array.of(byte)).length,
  );
  expect(counts.flatMap((count, at) => (count > 0 ? [at] : []))).toEqual([9, 19]);
});
