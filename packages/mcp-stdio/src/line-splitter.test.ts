import { expect, test } from 'vitest';

import { LineSplitter } from './line-splitter.js';

/** The lines of `text` when it comes in chunks of so many bytes. */
function lines(text: string, chunkBytes: number, maxBytes = 1_000): (string | undefined)[] {
  const splitter = new LineSplitter(maxBytes);
  const bytes = Buffer.from(text);
  const found: (string | undefined)[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    found.push(...splitter.push(bytes.subarray(at, at + chunkBytes)));
  return found;
}

test.each([1, 2, 3, 5, 1_000])(
  'lines come whole out of chunks of %i bytes, letters of several bytes too',
  (chunkBytes) => {
    expect(lines('{"a":"ä🐙"}\n\r\nzwei\r\ndrei\n', chunkBytes)).toEqual(['{"a":"ä🐙"}', '', 'zwei', 'drei']);
  },
);

test('a line without end is not told of', () => {
  expect(lines('one\ntwo', 4)).toEqual(['one']);
});

test('bytes that are no UTF-8 do not stop it', () => {
  expect([...new LineSplitter(10).push(Buffer.from([0x61, 0xff, 0x0a]))]).toEqual(['a\ufffd']);
});

test('a line of the longest length is taken, a longer one is not, however it comes', () => {
  expect(lines(`${'x'.repeat(8)}\n`, 3, 8)).toEqual(['x'.repeat(8)]);
  expect(lines(`${'x'.repeat(9)}\n`, 100, 8)).toEqual([undefined]);
  expect(lines('x'.repeat(9), 2, 8)).toEqual([undefined]);
});

test('a long line in small chunks costs linear time', () => {
  const splitter = new LineSplitter(64_000_000);
  const chunk = Buffer.alloc(64, 0x78);
  for (let at = 0; at < 500_000; at++) for (const line of splitter.push(chunk)) throw new Error(line);
  expect([...splitter.push(Buffer.from('\n'))][0]).toHaveLength(32_000_000);
});
