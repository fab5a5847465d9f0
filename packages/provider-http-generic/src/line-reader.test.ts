import { expect, test } from 'vitest';

import { LineReader } from './line-reader.js';

const bytes = new TextEncoder().encode('{"a":"é"}\r\n\n  {"b":2}\n{"c":"👋"}');

test.each([1, 2, 3, 5, 100])('cut into pieces of %d bytes', (size) => {
  const reader = new LineReader('x');
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    lines.push(...reader.read(bytes.subarray(at, at + size)).map(({ data }) => data));
  }
  lines.push(...reader.end().map(({ data }) => data));
  expect(lines.filter((line) => line !== '')).toEqual(['{"a":"é"}', '{"b":2}', '{"c":"👋"}']);
});

test('a line that never ends does not fill the memory', () => {
  const reader = new LineReader('acme:m');
  const piece = new Uint8Array(1024 * 1024).fill(97);
  const readAll = (): void => {
    for (let at = 0; at < 17; at++) reader.read(piece);
  };
  expect(readAll).toThrow(expect.objectContaining({ code: 'malformed_response', source: 'acme:m' }));
});
