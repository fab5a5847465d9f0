import { expect, test } from 'vitest';

import { readRateLimitHeaders } from './rate-limit-headers.js';

test("OpenAI's headers", () => {
  const headers = {
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-limit-tokens': '150000',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-remaining-tokens': '149984',
    'x-ratelimit-reset-requests': '1s',
    'x-ratelimit-reset-tokens': '6m0s',
  };
  expect(readRateLimitHeaders(headers)).toEqual({
    requests: { limit: 60, remaining: 59 },
    tokens: { limit: 150_000, remaining: 149_984 },
  });
});

test("Anthropic's headers", () => {
  const headers = {
    'anthropic-ratelimit-requests-limit': '50',
    'anthropic-ratelimit-requests-remaining': '49',
    'anthropic-ratelimit-requests-reset': '2026-11-23T12:00:00Z',
    'anthropic-ratelimit-tokens-limit': '40000',
    'anthropic-ratelimit-tokens-remaining': '0',
  };
  expect(readRateLimitHeaders(headers)).toEqual({
    requests: { limit: 50, remaining: 49 },
    tokens: { limit: 40_000, remaining: 0 },
  });
});

test.each(['', '-1', '1e9', 'many', '1.5', 'NaN', '9'.repeat(20)])('%j is no number of calls', (text) => {
  expect(readRateLimitHeaders({ 'x-ratelimit-remaining-requests': text })).toEqual({});
});

test('what is left is told where the limit is not', () => {
  expect(readRateLimitHeaders({ 'x-ratelimit-remaining-tokens': '7' })).toEqual({ tokens: { remaining: 7 } });
});
