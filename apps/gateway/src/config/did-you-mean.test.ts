import { expect, test } from 'vitest';

import { didYouMean } from './did-you-mean.js';

test.each([
  ['lunna', 'luna'],
  ['hots', 'host'],
  ['apikey', 'apiKey'],
  ['api_key', 'apiKey'],
  ['opnai', 'openai'],
  ['max_usd_per_day', 'maxUsdPerDay'],
  ['cmd', 'command'],
  ['singel_agent', 'single_agent'],
])('%s may mean %s', (given, meant) => {
  expect(
    didYouMean(given, ['luna', 'host', 'apiKey', 'openai', 'maxUsdPerDay', 'single_agent', 'command', 'cwd']),
  ).toBe(`; did you mean "${meant}"?`);
});

test.each(['gemini', '', 'x'.repeat(100_000)])('what is near to nothing has no suggestion', (given) => {
  expect(didYouMean(given, ['luna', 'host'])).toBe('');
});
