import { expect, test } from 'vitest';

import { StderrTail } from './stderr-tail.js';

function tail(
  chunks: readonly string[],
  secrets: readonly string[] = [],
): { readonly lines: string[]; readonly excerpt: string | undefined } {
  const lines: string[] = [];
  const reader = new StderrTail((line) => lines.push(line));
  reader.hide(secrets);
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return { lines, excerpt: reader.excerpt };
}

test('tells every line, the last one without an end too', () => {
  expect(tail(['one\ntw', 'o\r\n', 'three']).lines).toEqual(['one', 'two', 'three']);
});

test('the excerpt holds the last lines, bounded', () => {
  const { excerpt } = tail(Array.from({ length: 500 }, (_, at) => `line ${at}\n`));
  expect(excerpt).toMatch(/line 498 \| line 499$/);
  expect(excerpt?.length).toBeLessThanOrEqual(310);
  expect(tail(['\n \n']).excerpt).toBeUndefined();
});

test('a line without end is told in pieces, so that memory stays bounded', () => {
  const { lines } = tail(Array.from({ length: 100 }, () => 'x'.repeat(1_000)));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.join('')).toHaveLength(100_000);
});

test('values of the environment do not show in the excerpt, short ones stay readable', () => {
  const { excerpt, lines } = tail(['token tok_123456, retries 1\n'], ['tok_123456', '1']);
  expect(excerpt).toBe('token <redacted>, retries 1');
  expect(lines).toEqual(['token tok_123456, retries 1']);
});

test('a value of several lines shows in none of them', () => {
  const key = '-----BEGIN KEY-----\nAbCdEfGh\n  IjKlMnOp\n-----END KEY-----';
  expect(tail([`${key}\n`], [key]).excerpt).toBe('<redacted> | <redacted> | <redacted> | <redacted>');
});
