import { unknownCapabilities } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { bedrockCapabilities } from './capabilities.js';
import { bedrockModelName } from './model-name.js';
import { bedrockPrice } from './prices.js';

describe('model ids', () => {
  test.each([
    ['anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6-v1', undefined],
    ['us.anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6-v1', 'us'],
    ['us-gov.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0', 'us-gov'],
    ['global.anthropic.claude-sonnet-4-6', 'anthropic.claude-sonnet-4-6', 'global'],
    ['arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0', undefined],
    [
      'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0',
      'amazon.nova-lite-v1:0',
      'eu',
    ],
    ['arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc', 'abc', undefined],
    ['deepseek.v3.2', 'deepseek.v3.2', undefined],
    ['zai.glm-4.7', 'zai.glm-4.7', undefined],
  ])('%s', (model, base, region) => {
    expect(bedrockModelName(model)).toEqual({ base, region });
  });
});

describe('capabilities', () => {
  test.each([
    [
      'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
      { vision: 'yes', files: 'yes', structuredOutput: 'yes', promptCache: 'yes', contextTokens: 200_000 },
    ],
    [
      'anthropic.claude-opus-4-7',
      { reasoningEfforts: ['none', 'low', 'medium', 'high', 'xhigh'], contextTokens: 1_000_000 },
    ],
    ['anthropic.claude-opus-4-1-20250805-v1:0', { maxOutputTokens: 32_000, structuredOutput: 'unknown' }],
    ['anthropic.claude-3-haiku-20240307-v1:0', { reasoningEfforts: [], promptCache: 'no', vision: 'yes' }],
    ['us.amazon.nova-micro-v1:0', { tools: 'yes', vision: 'no', files: 'no' }],
    ['openai.gpt-oss-20b-1:0', { vision: 'no', toolChoice: 'unknown', reasoningEfforts: ['low', 'medium', 'high'] }],
  ])('%s', (model, expected) => {
    expect(bedrockCapabilities(model)).toMatchObject({ tools: 'yes', imageUrls: 'no', ...expected });
  });

  test.each(['acme.large-v1', 'amazon.nova-sonic-v1:0', 'openai.gpt-oss-safeguard-20b', 'abc', 'constructor'])(
    'of %s nothing is known but that Bedrock fetches no images',
    (model) => {
      expect(bedrockCapabilities(model)).toEqual({ ...unknownCapabilities, imageUrls: 'no' });
    },
  );
});

describe('prices', () => {
  test('a global profile costs the list price, one that stays in a part of the world a tenth more', () => {
    expect(bedrockPrice('global.anthropic.claude-opus-4-6-v1')).toEqual({
      inputUsdPerMillion: 5,
      outputUsdPerMillion: 25,
      cachedInputUsdPerMillion: 0.5,
      cacheWriteUsdPerMillion: 6.25,
    });
    expect(bedrockPrice('eu.anthropic.claude-opus-4-6-v1')).toEqual({
      inputUsdPerMillion: 5.5,
      outputUsdPerMillion: 27.5,
      cachedInputUsdPerMillion: 0.55,
      cacheWriteUsdPerMillion: 6.875,
    });
  });

  test('older models and other makers cost the same everywhere', () => {
    expect(bedrockPrice('eu.anthropic.claude-sonnet-4-20250514-v1:0')?.inputUsdPerMillion).toBe(3);
    expect(bedrockPrice('us.amazon.nova-pro-v1:0')).toEqual({
      inputUsdPerMillion: 0.8,
      outputUsdPerMillion: 3.2,
      cachedInputUsdPerMillion: 0.2,
    });
  });

  test.each(['acme.large-v1', 'anthropic.claude-opus-9', 'abc', ''])('of %s no price is known', (model) => {
    expect(bedrockPrice(model)).toBeUndefined();
  });
});
