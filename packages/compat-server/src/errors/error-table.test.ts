import { TakoError, type ErrorCode } from '@tako/core';
import { expect, test } from 'vitest';

import { authErrors, targetErrors } from './error-table.js';
import { authFailure, targetFailure } from './to-failure.js';

test.each<[ErrorCode, number, string, string | null]>([
  ['invalid', 400, 'invalid_request_error', null],
  ['auth', 502, 'server_error', 'upstream_auth'],
  ['permission', 502, 'server_error', 'upstream_permission'],
  ['not_found', 502, 'server_error', 'upstream_not_found'],
  ['rate_limited', 429, 'rate_limit_error', 'rate_limit_exceeded'],
  ['overloaded', 503, 'server_error', 'overloaded'],
  ['provider', 502, 'server_error', 'upstream_error'],
  ['transport', 502, 'server_error', 'upstream_unreachable'],
  ['timeout', 504, 'server_error', 'timeout'],
  ['cancelled', 499, 'server_error', 'cancelled'],
  ['context_overflow', 400, 'invalid_request_error', 'context_length_exceeded'],
  ['content_filtered', 400, 'invalid_request_error', 'content_filter'],
  ['malformed_response', 502, 'server_error', 'upstream_malformed'],
  ['unsupported', 422, 'invalid_request_error', 'unsupported_value'],
  ['circuit_open', 503, 'server_error', 'unavailable'],
  ['budget_exhausted', 429, 'insufficient_quota', 'insufficient_quota'],
  ['policy_denied', 403, 'permission_error', 'permission_denied'],
  ['tool', 500, 'server_error', 'tool_failed'],
])('%s of the target is %i %s %s', (code, status, type, word) => {
  expect(targetErrors[code]).toMatchObject({ status, type, code: word });
});

test.each<[ErrorCode, number]>([
  ['auth', 401],
  ['permission', 403],
  ['rate_limited', 503],
  ['transport', 503],
  ['timeout', 503],
  ['circuit_open', 503],
  ['budget_exhausted', 503],
  ['provider', 503],
  ['malformed_response', 503],
])('%s of the authenticator is %i', (code, status) => {
  expect(authErrors[code].status).toBe(status);
  expect(authFailure(new TakoError(code, 'secret detail')).message).not.toContain('secret');
});

test('only a wrong credential is challenged', () => {
  expect(authFailure(new TakoError('auth', 'm')).headers).toEqual({ 'www-authenticate': 'Bearer' });
  expect(authFailure(new TakoError('transport', 'm')).headers).toEqual({ 'retry-after': '5' });
});

test('a budget that is spent stops the retries of OpenAI’s clients', () => {
  expect(targetFailure(new TakoError('budget_exhausted', 'm')).headers).toEqual({ 'x-should-retry': 'false' });
});

test.each([
  [3_200, '4', 'try again in 3.2s'],
  [90_000, '90', 'try again in 90s'],
])('a wait of %i ms is told in the header and in the words that Codex looks for', (retryAfterMs, header, words) => {
  const failure = targetFailure(new TakoError('rate_limited', 'm', { retryAfterMs }));
  expect(failure.headers).toEqual({ 'retry-after': header });
  expect(failure.message).toContain(words);
});

test.each([-1, Number.NaN, Infinity, 1e12])('a wait of %s is nobody’s', (retryAfterMs) => {
  expect(targetFailure(new TakoError('rate_limited', 'm', { retryAfterMs })).headers).toEqual({});
});

test('what is not ours, and what vendors say, stays inside', () => {
  const failure = targetFailure(new Error('connect ECONNREFUSED 10.0.0.7:443 sk-abcdef123456'));
  expect(failure).toMatchObject({ status: 500, type: 'server_error' });
  expect(failure.message).not.toMatch(/10\.0|sk-/);
  expect(targetFailure(new TakoError('provider', 'acme answered 500: <html>10.0.0.7')).message).not.toContain('html');
});

test('a wrong request is told why, with its field, and without keys', () => {
  const error = new TakoError('invalid', 'run: the key sk-abcdef123456 of run', {
    source: 'run',
    details: { param: 'messages[0].role' },
  });
  expect(targetFailure(error)).toMatchObject({ param: 'messages[0].role', message: 'the key <redacted> of run' });
});
