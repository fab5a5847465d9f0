import { inspect } from 'node:util';

import { expect, test } from 'vitest';

import { tokenRefusal } from './token-refusal.js';

const refusal = (status: number, json?: unknown) =>
  tokenRefusal({ status, headers: { 'retry-after': '7' }, json, text: 's3cret' }, 'acme', 'the token endpoint', 0);

test.each([
  [400, { error: 'invalid_grant', error_description: 's3cret' }, ' (400, invalid_grant)'],
  [404, undefined, ' (404)'],
  [401, { error: 's3cret' }, ' (401)'],
  [403, { error: ['invalid_grant'] }, ' (403)'],
  [200, null, ' (200)'],
])('an answer %i with %j is auth, and says no more than a code of OAuth', (status, json, end) => {
  const error = refusal(status, json);
  expect(error).toMatchObject({ code: 'auth', status, message: `acme: the token endpoint gave no token${end}` });
  expect(inspect(error)).not.toContain('s3cret');
});

test.each([
  [408, 'timeout'],
  [429, 'rate_limited'],
  [500, 'provider'],
  [503, 'overloaded'],
])('an answer %i is %s: worth another try', (status, code) => {
  const error = refusal(status, { error: 'invalid_grant' });
  expect(error).toMatchObject({ code, status, retryAfterMs: 7_000, retryable: true });
});
