import { expect, test } from 'vitest';

import { vertexError } from './errors.js';

const failed = (status: number, body: unknown, headers = {}): object =>
  vertexError({ source: 'vertex:m', status, headers, body: JSON.stringify(body), nowMs: 0 });

const retryInfo = (retryDelay: unknown): object => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});
const exhausted = {
  error: { code: 429, message: 'Resource exhausted.', status: 'RESOURCE_EXHAUSTED', details: [retryInfo('34.5s')] },
};

test.each<[string, unknown, object]>([
  ['a delay in the body', exhausted, { retryAfterMs: 34_500 }],
  ['an error in an array', [exhausted], { retryAfterMs: 34_500 }],
  ['no delay', { error: { message: 'Resource exhausted.' } }, { retryAfterMs: undefined }],
  ['details that are none', { error: { message: 'Resource exhausted.', details: [null, 7, 'x', {}] } }, {}],
])('%s', (_, body, expected) => {
  expect(failed(429, body)).toMatchObject({ code: 'rate_limited', excerpt: 'Resource exhausted.', ...expected });
});

test('a delay in a header counts more', () => {
  expect(failed(429, exhausted, { 'retry-after': '2' })).toMatchObject({ retryAfterMs: 2_000 });
});

test.each(['soon', '-1s', '1e9s', 34, { seconds: 3 }, null])('a delay that cannot be read: %s', (retryDelay) => {
  expect(failed(429, { error: { message: 'x', details: [retryInfo(retryDelay)] } })).toMatchObject({
    retryAfterMs: undefined,
  });
});

test('a prompt that is too long', () => {
  const message = 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).';
  expect(failed(400, { error: { code: 400, message, status: 'INVALID_ARGUMENT' } })).toMatchObject({
    code: 'context_overflow',
    status: 400,
    excerpt: message,
  });
});

test.each<[number, string]>([
  [400, 'invalid'],
  [401, 'auth'],
  [403, 'permission'],
  [404, 'not_found'],
  [500, 'provider'],
  [503, 'overloaded'],
  [504, 'timeout'],
])('status %i is %s, whatever the body', (status, code) => {
  for (const body of [{ error: { message: 'no', code: status } }, [], null, 'x', [null], { error: 'text' }]) {
    expect(failed(status, body)).toMatchObject({ code, status });
  }
});
