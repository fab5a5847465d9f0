import { expect, test } from 'vitest';

import { openaiPrice } from './prices.js';

test('a price names all four kinds of tokens where they differ', () => {
  expect(openaiPrice('gpt-6-luna')).toEqual({
    inputUsdPerMillion: 0.1,
    cachedInputUsdPerMillion: 0.01,
    outputUsdPerMillion: 0.5,
    cacheWriteUsdPerMillion: 0.125,
  });
});

test('a dated snapshot has the price of its name', () => {
  expect(openaiPrice('gpt-4o-2024-08-06')).toEqual(openaiPrice('gpt-4o'));
});

test('a snapshot of another price has its own', () => {
  expect(openaiPrice('gpt-4o-2024-05-13')).toMatchObject({ inputUsdPerMillion: 5, outputUsdPerMillion: 15 });
});

test.each(['gpt-4o-audio-preview', 'gpt-99', 'constructor', '__proto__', 'ft:gpt-4o:me::1', ''])(
  'of %s no price is known: none is better than a wrong one',
  (model) => {
    expect(openaiPrice(model)).toBeUndefined();
  },
);
