import { expect, test } from 'vitest';

import { fetchRules, type SafeFetcherOptions } from './options.js';
import { safeFetch, safeFetcher } from './safe-fetch.js';

test('defaults', () => {
  expect(fetchRules({})).toMatchObject({
    timeoutMs: 10_000,
    connectTimeoutMs: 5_000,
    maxBytes: 10 * 1024 * 1024,
    contentTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
    maxRedirects: 3,
    allowHttp: false,
  });
  expect(fetchRules({ timeoutMs: undefined, contentTypes: undefined })).toMatchObject({ timeoutMs: 10_000 });
});

test.each<[string, object]>([
  ['no time', { timeoutMs: 0 }],
  ['time that is no number', { timeoutMs: Number.NaN }],
  ['more time than a timer has', { timeoutMs: 2 ** 31 }],
  ['no time to connect', { connectTimeoutMs: -1 }],
  ['no bytes', { maxBytes: 0 }],
  ['endless bytes', { maxBytes: Infinity }],
  ['less than no redirects', { maxRedirects: -1 }],
  ['endless redirects', { maxRedirects: Infinity }],
  ['no types', { contentTypes: [] }],
  ['a type that cannot be told by its first bytes', { contentTypes: ['image/png', 'image/svg+xml'] }],
  ['a bad range', { allowCidrs: ['10.0.0.0'] }],
  ['a bad host', { allowHosts: ['a.*'] }],
])('%s is refused at construction', async (_, options) => {
  const wrong = options as SafeFetcherOptions; // as someone without types would write them
  const refused = expect.objectContaining({ rule: 'options' });
  expect(() => safeFetcher(wrong)).toThrow(refused);
  await expect(safeFetch('https://127.0.0.1/', wrong)).rejects.toEqual(refused);
});
