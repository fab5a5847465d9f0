import type { Price } from '@tako/core';

import { withoutDate } from './families.js';

/** US dollars per million tokens: input, input from the cache, output, input written to the cache for five minutes. */
type Row = readonly [input: number, cachedInput: number, output: number, cacheWrite: number];

/**
 * List prices of the standard tier. A cache of one hour costs twice the input to write; Claude Haiku 5.5 costs five times as much
 * for prompts of more than 100 000 tokens.
 *
 * Source: https://platform.claude.com/docs/en/about-claude/pricing and the pages of the models below
 * https://platform.claude.com/docs/en/models (read 2026-11-23).
 */
const prices: { readonly [model: string]: Row | null } = {
  __proto__: null, // no name is found that does not stand here
  'claude-fable-5-1': [10, 0.25, 50, 12.5],
  'claude-mythos-5-1': [10, 0.25, 50, 12.5],
  'claude-fable-5': [10, 1, 50, 12.5],
  'claude-mythos-5': [10, 1, 50, 12.5],
  'claude-opus-5-5': [4, 0.2, 20, 5],
  'claude-opus-5': [5, 0.5, 25, 6.25],
  'claude-opus-4-8': [5, 0.5, 25, 6.25],
  'claude-opus-4-7': [5, 0.5, 25, 6.25],
  'claude-opus-4-6': [5, 0.5, 25, 6.25],
  'claude-opus-4-5': [5, 0.5, 25, 6.25],
  'claude-opus-4-1': [15, 1.5, 75, 18.75],
  'claude-opus-4': [15, 1.5, 75, 18.75],
  'claude-sonnet-5-5': [2, 0.2, 10, 2.5],
  'claude-sonnet-5': [2, 0.2, 10, 2.5],
  'claude-sonnet-4-6': [3, 0.3, 15, 3.75],
  'claude-sonnet-4-5': [3, 0.3, 15, 3.75],
  'claude-sonnet-4': [3, 0.3, 15, 3.75],
  'claude-haiku-5-5': [0.1, 0.01, 0.5, 0.125],
  'claude-haiku-4-5': [1, 0.1, 5, 1.25],
};

/** The list price of a model, a dated snapshot's by its name without the date; `undefined` where it is not known. */
export function anthropicPrice(model: string): Price | undefined {
  const row = prices[withoutDate(model)];
  if (!row) return undefined;
  const [inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion, cacheWriteUsdPerMillion] = row;
  return { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion, cacheWriteUsdPerMillion };
}
