import { expect, test } from 'vitest';

import { azureError, readableHeaders } from './errors.js';

const answer = { source: 'azure-openai:d', headers: {}, nowMs: 0 };

test('a policy violation without the outer code is filtered content all the same', () => {
  const innererror = { code: 'ResponsibleAIPolicyViolation', content_filter_result: { sexual: { filtered: true } } };
  const error = azureError({ ...answer, status: 400, body: JSON.stringify({ error: { message: 'no', innererror } }) });
  expect(error).toMatchObject({ code: 'content_filtered', details: { filtered: ['sexual'] }, retryable: false });
});

test.each([
  '{"error":{"innererror":null}}',
  '{"error":{"innererror":"ResponsibleAIPolicyViolation"}}',
  '{"error":{"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":7}}}',
  '{"error":[{"innererror":{}}]}',
  'null',
  '<html>',
])('an unusual body is read as far as it goes: %s', (body) => {
  expect(azureError({ ...answer, status: 400, body }).status).toBe(400);
});

test('a wait in a header goes before one in the message, which counts for rate limits alone', () => {
  const body = JSON.stringify({ error: { code: '429', message: 'Please retry after 1 second.' } });
  expect(azureError({ ...answer, status: 429, body }).retryAfterMs).toBe(1_000);
  expect(azureError({ ...answer, status: 429, body, headers: { 'retry-after-ms': '250' } }).retryAfterMs).toBe(250);
  expect(azureError({ ...answer, status: 400, body }).retryAfterMs).toBeUndefined();
});

test('an exhausted quota is not tried again, whatever the message says', () => {
  const body = JSON.stringify({ error: { code: 'insufficient_quota', message: 'Please retry after 9 seconds.' } });
  expect(azureError({ ...answer, status: 429, body })).toMatchObject({ retryable: false, retryAfterMs: 9_000 });
});

test("headers of Azure's gateway get the names under which they are read", () => {
  expect(readableHeaders({ 'apim-request-id': 'a', 'x-request-id': 'b', 'x-ms-retry-after-ms': '5' })).toMatchObject({
    'x-request-id': 'a',
    'retry-after-ms': '5',
  });
  const plain = { 'x-request-id': 'b', 'retry-after-ms': '1', 'x-ms-retry-after-ms': '2' };
  expect(readableHeaders(plain)).toEqual(plain);
});
