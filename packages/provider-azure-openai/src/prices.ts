import type { Price } from '@tako/core';

/** US dollars per million tokens: input, cached input, output. */
type Row = readonly [input: number, cachedInput: number, output: number];

/**
 * List prices of Global Standard deployments. Data Zone and regional ones cost more, provisioned ones are paid by the hour.
 *
 * Azure asks of them what OpenAI asks. Sources: https://aicosthub.com/guides/azure-openai-pricing-2026 and
 * https://amnic.com/blogs/understanding-the-true-cost-of-azure-openai, which quote
 * https://azure.microsoft.com/pricing/details/cognitive-services/openai-service, for that; for the figures
 * https://platform.openai.com/docs/pricing, as others quote it (read 2026-11-23).
 */
const prices: { readonly [model: string]: Row } = {
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
  'gpt-4o-mini': [0.15, 0.075, 0.6],
  'o4-mini': [1.1, 0.275, 4.4],
  o3: [2, 0.5, 8],
  'o3-mini': [1.1, 0.55, 4.4],
  o1: [15, 7.5, 60],
};

/** Snapshots that never had the price of the name without their date. */
const ownPriced = new Set(['gpt-4o-2024-05-13']);

/** The list price of a model, a dated snapshot's by its name without the date; `undefined` where it is not known. */
export function azureOpenAIPrice(model: string | undefined): Price | undefined {
  const name = model?.replace(/-\d{4}-\d{2}-\d{2}$/, '') ?? '';
  const row = Object.hasOwn(prices, name) && !ownPriced.has(model ?? '') ? prices[name] : undefined;
  if (row === undefined) return undefined;
  const [inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion] = row;
  return { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion };
}
