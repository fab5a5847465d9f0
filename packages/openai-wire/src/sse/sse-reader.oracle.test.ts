import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { SseReader, type SseMessage } from './sse-reader.js';

/** Pieces of event streams, whole and broken. */
const anyText = fc
  .array(
    fc.constantFrom(
      'data: ',
      'data:',
      'event: ',
      ': ping',
      'id: 1',
      'retry: 5',
      'x',
      ' ',
      'é😀',
      '{"a":1}',
      '\n',
      '\r\n',
      '\r',
      '\n\n',
      '[DONE]',
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''));

test('reads what an independent reader reads, however the bytes are cut', () => {
  fc.assert(
    fc.property(anyText, fc.array(fc.nat(6), { maxLength: 60 }), (text, cuts) => {
      const expected: EventSourceMessage[] = [];
      const parser = createParser({ onEvent: (message) => expected.push(message) });
      parser.feed(`${text}\n\n`);

      const reader = new SseReader();
      const bytes = new TextEncoder().encode(text);
      const messages: SseMessage[] = [];
      let at = 0;
      for (const cut of cuts) {
        messages.push(...reader.read(bytes.subarray(at, at + cut)));
        at += cut;
      }
      messages.push(...reader.read(bytes.subarray(at)), ...reader.end());
      expect(messages).toEqual(expected.map(({ data, event }) => ({ data, event })));
    }),
    { numRuns: 2_000 },
  );
});
