import { expect, test } from 'vitest';

import { anthropicCapabilities } from './capabilities.js';
import { anthropicPrice } from './prices.js';

test('a price names all four kinds of tokens', () => {
  expect(anthropicPrice('claude-opus-5-5')).toEqual({
    inputUsdPerMillion: 4,
    cachedInputUsdPerMillion: 0.2,
    outputUsdPerMillion: 20,
    cacheWriteUsdPerMillion: 5,
  });
});

test.each(['claude-haiku-4-5-20251001', 'claude-haiku-4-5@20251001'])('%s has the price of its name', (model) => {
  expect(anthropicPrice(model)).toEqual(anthropicPrice('claude-haiku-4-5'));
  expect(anthropicCapabilities(model)).toEqual(anthropicCapabilities('claude-haiku-4-5'));
});

test.each(['claude-opus-5-7', 'claude-opus-6', 'claude-haiku', 'constructor', '__proto__', ''])(
  'of %s nothing is known: nothing is better than something wrong',
  (model) => {
    expect(anthropicPrice(model)).toBeUndefined();
    expect(anthropicCapabilities(model)).toMatchObject({ tools: 'unknown', reasoningEfforts: 'unknown' });
  },
);

test('efforts are those that the model takes', () => {
  expect(anthropicCapabilities('claude-opus-5-5').reasoningEfforts).toEqual(['low', 'medium', 'high', 'xhigh']);
  expect(anthropicCapabilities('claude-opus-4-6').reasoningEfforts).toEqual(['none', 'low', 'medium', 'high']);
  expect(anthropicCapabilities('claude-opus-4-1').structuredOutput).toBe('no');
});
