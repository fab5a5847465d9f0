import { expect, test } from 'vitest';

import { vertexPrice } from './prices.js';

test('a price names all kinds of tokens', () => {
  expect(vertexPrice('gemini-2.5-flash')).toEqual({
    inputUsdPerMillion: 0.3,
    cachedInputUsdPerMillion: 0.03,
    outputUsdPerMillion: 2.5,
  });
});

test.each(['gemini-3.1-pro-preview', 'publishers/google/models/gemini-3.1-pro', 'gemini-3.1-pro-001'])(
  '%s has the price of its name',
  (model) => {
    expect(vertexPrice(model)).toMatchObject({ inputUsdPerMillion: 2, outputUsdPerMillion: 12 });
  },
);

test.each(['gemini-2.5-flash-image', 'gemini-9', 'constructor', 'endpoints/123', ''])(
  'of %s no price is known: none is better than a wrong one',
  (model) => {
    expect(vertexPrice(model)).toBeUndefined();
  },
);
