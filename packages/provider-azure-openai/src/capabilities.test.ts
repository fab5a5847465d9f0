import { unknownCapabilities } from '@tako/core';
import { expect, test } from 'vitest';

import { azureOpenAICapabilities } from './capabilities.js';
import { azureOpenAIPrice } from './prices.js';

test.each([
  ['gpt-5.5', 1_050_000],
  ['gpt-5.4', 1_050_000],
  ['gpt-5.4-mini', 400_000],
  ['gpt-5.1', 400_000],
  ['gpt-5', 400_000],
  ['gpt-5-nano-2025-08-07', 400_000],
  ['gpt-4.1-mini', 1_047_576],
  ['o3-mini', 200_000],
])('%s', (model, contextTokens) => {
  expect(azureOpenAICapabilities(model)).toMatchObject({ contextTokens, tools: 'yes' });
  expect(azureOpenAIPrice(model)?.outputUsdPerMillion).toBeGreaterThan(0);
});

test.each([
  undefined,
  '',
  'gpt-4',
  'gpt-5-chat',
  'gpt-5.1-codex',
  'gpt-5.4-pro',
  'gpt-4o-audio-preview',
  'constructor',
])('of %s nothing is known and nothing refused', (model) => {
  expect(azureOpenAICapabilities(model)).toEqual(unknownCapabilities);
  expect(azureOpenAIPrice(model)).toBeUndefined();
});

test('a snapshot with a price of its own has not that of its name', () => {
  expect(azureOpenAIPrice('gpt-4o-2024-08-06')).toBeDefined();
  expect(azureOpenAIPrice('gpt-4o-2024-05-13')).toBeUndefined();
});
