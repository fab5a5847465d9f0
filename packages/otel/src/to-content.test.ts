import { user, assistant } from '@tako/core';
import { expect, test } from 'vitest';

import { toContent } from './to-content.js';

const rules = { redact: (text: string) => text, maxBytes: 1_000 };

test('many long messages: texts are cut, then the first messages left out; what is left is JSON', () => {
  const messages = Array.from({ length: 500 }, (_, at) => user(`${at} ${'ü'.repeat(5_000)}`));
  const text = toContent('input', messages, rules);
  expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(1_000);
  const kept = JSON.parse(text) as { parts: { content: string }[] }[];
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.at(-1)?.parts[0]?.content).toMatch(/^499 /);
});

test('one part that is larger than all that may be told', () => {
  const value = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`key${at}`, 'x'.repeat(100)]));
  expect(toContent('result', value, rules)).toBe('"[too large]"');
});

test('values that have no JSON', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  expect(toContent('result', cycle, rules)).toBe('"[cannot be shown]"');
  expect(toContent('result', undefined, rules)).toBe('null');
  expect(toContent('result', () => 1, rules)).toBe('null');
  expect(toContent('arguments', { n: 12n }, rules)).toBe('{"n":"12"}');
});

test('bytes are not told', () => {
  const message = assistant('a', { type: 'image', mimeType: 'image/png', data: 'SECRETBYTES' });
  expect(toContent('input', [message], rules)).toBe(
    '[{"role":"assistant","parts":[{"type":"text","content":"a"},{"type":"blob","modality":"image","mime_type":"image/png","content":""}]}]',
  );
});

test('a redactor that throws, or gives no text, keeps the text back', () => {
  const throwing = {
    maxBytes: 1_000,
    redact: (): string => {
      throw new Error('no');
    },
  };
  expect(toContent('task', 'SECRET', throwing)).toBe('"<redacted>"');
  const wrong = { maxBytes: 1_000, redact: (): string => undefined as unknown as string };
  expect(toContent('task', 'SECRET', wrong)).toBe('"<redacted>"');
});

test.each(['sk-abcdef123456', 'Bearer eyJhbGciOi.J9.x-_', 'ghp_0123456789abcdef', 'xoxb-123456-abcdef'])(
  'a credential is never told: %s',
  (credential) => {
    expect(toContent('task', `use ${credential} here`, rules)).toBe('"use <redacted> here"');
  },
);

test('keys of objects that look like others’ prototypes stay keys', () => {
  expect(toContent('arguments', JSON.parse('{"__proto__":{"a":"b"}}'), rules)).toBe('{"__proto__":{"a":"b"}}');
});

test('ten thousand texts take no time to speak of', () => {
  const startedMs = performance.now();
  toContent(
    'result',
    Array.from({ length: 10_000 }, () => 'sk-'.repeat(100)),
    { ...rules, maxBytes: 100_000 },
  );
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});
