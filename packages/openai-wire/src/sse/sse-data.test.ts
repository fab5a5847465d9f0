import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { sseData } from './sse-data.js';
import { sseFrame } from './sse-frame.js';

async function dataOf(pieces: Iterable<Uint8Array>): Promise<string[]> {
  const data: string[] = [];
  for await (const each of sseData(
    (async function* () {
      yield* pieces;
    })(),
  ))
    data.push(each);
  return data;
}

function* cut(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

test('data comes out as it went in, however lines end and bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 6 }),
      lineEnd,
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      async (data, end, length, hasMark) => {
        const comment = ': ping\n\n';
        const body = data
          .map((each) => comment + sseFrame(each))
          .join('')
          .replaceAll('\n', end);
        const bytes = new TextEncoder().encode((hasMark ? '\uFEFF' : '') + body);
        // A line end inside the data is a line feed on the other side, whatever it was.
        const expected = data.map((each) => each.replace(/\r\n|\r/g, '\n'));
        expect(await dataOf(cut(bytes, length))).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

test('a last event without its blank line is told', async () => {
  expect(await dataOf([new TextEncoder().encode('data: a\n\ndata: [DONE]')])).toEqual(['a', '[DONE]']);
});

test('a frame with line ends in its data is one event', () => {
  expect(sseFrame('a\nb')).toBe('data: a\ndata: b\n\n');
});
