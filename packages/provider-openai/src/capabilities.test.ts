import { unknownCapabilities } from '@tako/core';
import { expect, test } from 'vitest';

import { openaiCapabilities } from './capabilities.js';

test.each([
  ['gpt-6.2-sol', 1_050_000, ['low', 'medium', 'high', 'xhigh']],
  ['gpt-6-luna', 1_050_000, ['none', 'low', 'medium', 'high', 'xhigh']],
  ['gpt-6.1-terra', 1_050_000, ['none', 'low', 'medium', 'high', 'xhigh']],
  ['gpt-5.4-mini-2026-03-17', 400_000, ['none', 'low', 'medium', 'high', 'xhigh']],
  ['gpt-5-nano', 400_000, ['minimal', 'low', 'medium', 'high']],
  ['gpt-4.1-mini', 1_047_576, []],
  ['o4-mini', 200_000, ['low', 'medium', 'high']],
])('%s', (model, contextTokens, reasoningEfforts) => {
  expect(openaiCapabilities(model)).toMatchObject({ tools: 'yes', vision: 'yes', contextTokens, reasoningEfforts });
});

test('o3-mini sees no pictures', () => {
  expect(openaiCapabilities('o3-mini')).toMatchObject({ vision: 'no', imageUrls: 'no', tools: 'yes' });
});

test.each(['llama-3', 'gpt-5-chat-latest', 'gpt-4o-audio-preview', 'o1-preview', 'gpt-5-codex', 'ft:gpt-4o:me::1'])(
  'of %s nothing is known, so nothing is refused',
  (model) => {
    expect(openaiCapabilities(model)).toEqual(unknownCapabilities);
  },
);
