import type { Price } from '@tako/core';

import { modelOf } from './models.js';

/** Cached input costs a tenth. Source: https://docs.mistral.ai/studio-api/conversations/advanced/prompt-caching (read 2026-11-23). */
const cachedShare = 0.1;

/** The list price of a model; `undefined` where it is not known. */
export function mistralPrice(name: string): Price | undefined {
  const price = modelOf(name)?.price;
  if (price === undefined) return undefined;
  const [inputUsdPerMillion, outputUsdPerMillion] = price;
  return { inputUsdPerMillion, outputUsdPerMillion, cachedInputUsdPerMillion: inputUsdPerMillion * cachedShare };
}
