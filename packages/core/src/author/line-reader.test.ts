import { expect, test } from 'vitest';

import { LineReader } from './line-reader.js';

function read(text: string, pieceBytes: number): string[] {
  const reader = new LineReader('ollama:m');
  const bytes = new TextEncoder().encode(text);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) lines.push(...reader.read(bytes.subarray(at, at + pieceBytes)));
  return [...lines, ...reader.end()];
}

test.each([1, 2, 3, 7, 1_000])('lines are the same in pieces of %i bytes', (pieceBytes) => {
  const text = '{"a":"é漢👋"}\n\n \r\n{"b":1}\r\n{"c":"last line, no end"}';
  expect(read(text, pieceBytes).map((line) => JSON.parse(line))).toEqual([
    { a: 'é漢👋' },
    { b: 1 },
    { c: 'last line, no end' },
  ]);
});

test('a line end of Unicode is text', () => {
  expect(read('"a\u2028b\u0085c"\n', 2)).toEqual(['"a\u2028b\u0085c"']);
});

test('a line that never ends does not fill the memory', () => {
  const reader = new LineReader('ollama:m');
  const piece = new TextEncoder().encode('x'.repeat(1024 * 1024));
  const endless = (): void => {
    for (let at = 0; at < 20; at++) reader.read(piece);
  };
  expect(endless).toThrow(expect.objectContaining({ code: 'malformed_response', source: 'ollama:m' }));
});

test('one long line in very many pieces takes linear time', () => {
  const took = (size: number): number => {
    const begin = performance.now();
    expect(read(`${'x'.repeat(size)}\n`, 16)[0]).toHaveLength(size);
    return performance.now() - begin;
  };
  took(100_000);
  // Sixteen times the bytes; quadratic reading would take 256 times as long.
  expect(took(1_600_000)).toBeLessThan(Math.max(took(100_000), 1) * 100);
});
