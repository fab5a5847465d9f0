import type { Price } from '@tako/core';

import { bedrockModelName } from './model-name.js';

/** US dollars per million tokens: input, output and, where there is a cache, input read from it and written to it for 5 minutes. */
type Row = readonly [begin: RegExp, input: number, output: number, cachedInput?: number, cacheWrite?: number];

/**
 * List prices of the standard tier, on demand, in the regions of the United States; the first match counts.
 *
 * Source: https://aws.amazon.com/bedrock/pricing. Each row was read on 2026-11-23 from https://models.dev and reports of others
 * who quote that page.
 */
const prices: readonly Row[] = [
  [/^anthropic\.claude-opus-4-[5-8]/, 5, 25, 0.5, 6.25],
  [/^anthropic\.claude-opus-4-[12]/, 15, 75, 1.5, 18.75],
  [/^anthropic\.claude-(sonnet-4-[256]|3-7-sonnet)/, 3, 15, 0.3, 3.75],
  [/^anthropic\.claude-haiku-4-5/, 1, 5, 0.1, 1.25],
  [/^anthropic\.claude-3-5-sonnet/, 3, 15],
  [/^anthropic\.claude-3-5-haiku/, 0.8, 4, 0.08, 1],
  [/^anthropic\.claude-3-haiku/, 0.25, 1.25],
  [/^amazon\.nova-2-lite/, 0.33, 2.75],
  [/^amazon\.nova-premier/, 2.5, 12.5],
  [/^amazon\.nova-pro/, 0.8, 3.2, 0.2],
  [/^amazon\.nova-lite/, 0.06, 0.24, 0.015],
  [/^amazon\.nova-micro/, 0.035, 0.14, 0.008_75],
  [/^openai\.gpt-oss-120b/, 0.15, 0.6],
  [/^openai\.gpt-oss-20b/, 0.07, 0.3],
  [/^deepseek\.r1-v1/, 1.35, 5.4],
  [/^deepseek\.v3-v1/, 0.58, 1.68],
  [/^meta\.llama3-3-70b/, 0.72, 0.72],
  [/^meta\.llama4-maverick/, 0.24, 0.97],
  [/^meta\.llama4-scout/, 0.17, 0.66],
];

/**
 * Claude from 4.5 on costs a tenth more where the answer must stay in a part of the world, or in one region.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html (read 2026-11-23).
 */
const stayingCostsMore = /^anthropic\.claude-\w+-4-[5-9]/;
const stayingFactor = 1.1;

/** The list price of a model; `undefined` where it is not known. */
export function bedrockPrice(model: string): Price | undefined {
  const { base, region } = bedrockModelName(model);
  const row = prices.find(([begin]) => begin.test(base));
  if (row === undefined) return undefined;
  const factor = region !== 'global' && stayingCostsMore.test(base) ? stayingFactor : 1;
  // Without the last digits that a factor leaves behind.
  const usd = <Listed extends number | undefined>(listed: Listed): Listed | number =>
    listed === undefined ? listed : Math.round(listed * factor * 1_000_000) / 1_000_000;
  const [, input, output, cachedInput, cacheWrite] = row;
  return {
    inputUsdPerMillion: usd(input),
    outputUsdPerMillion: usd(output),
    cachedInputUsdPerMillion: usd(cachedInput),
    cacheWriteUsdPerMillion: usd(cacheWrite),
  };
}
