import { inspect } from 'node:util';

import { expect, test } from 'vitest';

import { attachPartial } from './attach-partial.js';
import { TakoError } from './tako-error.js';

const text = (words: string) => [{ type: 'text', text: words }] as const;

test('gives an error of ours what was received, and hands back the same error', () => {
  const error = new TakoError('transport', 'gone');
  const given = attachPartial(error, { content: text('Hel') });
  expect(given).toBe(error);
  expect(given.partial).toEqual({ content: text('Hel') });
});

test('the outer door counts more than the inner one, and keeps what only the inner one knew', () => {
  const error = new TakoError('transport', 'gone', {
    partial: { content: text('call'), usage: { inputTokens: 1, outputTokens: 1 } },
  });
  attachPartial(error, { content: text('run'), costUsd: 0.5 });
  expect(error.partial).toEqual({
    content: text('run'),
    usage: { inputTokens: 1, outputTokens: 1 },
    costUsd: 0.5,
  });
});

test('a run attaches more than once', () => {
  const error = attachPartial(new TakoError('transport', 'gone'), { content: text('a') });
  for (const words of ['b', 'c', 'd']) attachPartial(error, { content: text(words) });
  expect(error.partial?.content).toEqual(text('d'));
});

test('what was attached does not show in JSON or inspect', () => {
  const error = attachPartial(new TakoError('transport', 'gone'), { content: text('private words') });
  expect(JSON.stringify(error) + inspect(error, { depth: 9 })).not.toContain('private words');
});

test.each([new TypeError('foreign'), 'a string', undefined, null])('a thrown %o becomes an error of ours', (thrown) => {
  const error = attachPartial(thrown, { content: text('Hel') });
  expect(error).toMatchObject({ code: 'provider', retryable: false, partial: { content: text('Hel') } });
  expect(error.cause).toBe(thrown);
  expect(error.message).not.toContain('foreign');
});
