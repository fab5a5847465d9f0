import type { Price } from '@tako/core';

import { withoutDate } from './model-name.js';

/** US dollars per million tokens: input, cached input, output and, where it costs extra, input written to the cache. */
type Row = readonly [input: number, cachedInput: number, output: number, cacheWrite?: number];

/**
 * List prices of the standard tier for prompts of up to 272 000 tokens; with gpt-5.4 and later, longer ones cost more.
 *
 * Source: https://platform.openai.com/docs/pricing. Each row was read on 2026-11-23, from reports of others who quote that
 * page; gpt-5.6-sol without its promotion, which was promised until 2026-11-21.
 */
const prices: { readonly [model: string]: Row | null } = {
  __proto__: null, // no name is found that does not stand here
  'gpt-6.2-astra': [8, 0.4, 40, 10],
  'gpt-6.2-sol': [2, 0.1, 10, 2.5],
  'gpt-6.1-sol': [2, 0.1, 10, 2.5],
  'gpt-6.1-terra': [1, 0.05, 5, 1.25],
  'gpt-6-astra': [10, 1, 50, 12.5],
  'gpt-6-sol': [2, 0.2, 10, 2.5],
  'gpt-6-luna': [0.1, 0.01, 0.5, 0.125],
  'gpt-5.6-sol': [5, 0.5, 30, 6.25],
  'gpt-5.6-terra': [2, 0.2, 12, 2.5],
  'gpt-5.6-luna': [0.2, 0.02, 1.2, 0.25],
  'gpt-5.5': [5, 0.5, 30],
  'gpt-5.4': [2.5, 0.25, 15],
  'gpt-5.4-mini': [0.75, 0.075, 4.5],
  'gpt-5.4-nano': [0.2, 0.02, 1.25],
  'gpt-5.2': [1.75, 0.175, 14],
  'gpt-5.1': [1.25, 0.125, 10],
  'gpt-5': [1.25, 0.125, 10],
  'gpt-5-mini': [0.25, 0.025, 2],
  'gpt-5-nano': [0.05, 0.005, 0.4],
  'gpt-4.1': [2, 0.5, 8],
  'gpt-4.1-mini': [0.4, 0.1, 1.6],
  'gpt-4.1-nano': [0.1, 0.025, 0.4],
  'gpt-4o': [2.5, 1.25, 10],
  'gpt-4o-2024-05-13': [5, 5, 15],
  'gpt-4o-mini': [0.15, 0.075, 0.6],
  'o4-mini': [1.1, 0.275, 4.4],
  o3: [2, 0.5, 8],
  'o3-mini': [1.1, 0.55, 4.4],
  o1: [15, 7.5, 60],
};

/** The list price of a model, a dated snapshot's by its name without the date where it has none of its own; `undefined` where it is not known. */
export function openaiPrice(model: string): Price | undefined {
  const row = prices[model] ?? prices[withoutDate(model)];
  if (!row) return undefined;
  const [inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion, cacheWriteUsdPerMillion] = row;
  return { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion, cacheWriteUsdPerMillion };
}
