import type { Price } from '@tako/core';

/** US dollars per million tokens: input, cached input, output with thoughts. */
type Row = readonly [input: number, cachedInput: number, output: number];

/**
 * List prices of the standard tier for text, image and video in prompts of up to 200 000 tokens. Longer prompts to Pro models
 * cost more, and so does sound with some Flash models. Whether regions cost more than `global` was not to be read.
 *
 * Source: https://cloud.google.com/vertex-ai/generative-ai/pricing and https://ai.google.dev/gemini-api/docs/pricing, which
 * name the same figures. Each row was read on 2026-11-23, from https://github.com/pydantic/genai-prices and from reports of
 * others who quote those pages. Those of 3.6, 3.7 and 3.8 Flash are promised until 2026-12-31, and double after.
 */
const prices: { readonly [model: string]: Row } = {
  'gemini-3.8-flash': [0.75, 0.075, 3.75],
  'gemini-3.7-flash': [0.75, 0.075, 3.75],
  'gemini-3.6-flash': [0.75, 0.075, 3.75],
  'gemini-3.5-flash': [1.5, 0.15, 9],
  'gemini-3.5-flash-lite': [0.3, 0.03, 2.5],
  'gemini-3.1-pro': [2, 0.2, 12],
  'gemini-3.1-flash-lite': [0.25, 0.025, 1.5],
  'gemini-3-pro': [2, 0.2, 12],
  'gemini-3-flash': [0.5, 0.05, 3],
  'gemini-2.5-pro': [1.25, 0.125, 10],
  'gemini-2.5-flash': [0.3, 0.03, 2.5],
  'gemini-2.5-flash-lite': [0.1, 0.01, 0.4],
};

/** The list price of a model, a preview's and a numbered version's by its name without that; `undefined` where it is not known. */
export function vertexPrice(model: string): Price | undefined {
  const name = model.replace(/^publishers\/google\/models\//, '').replace(/(-preview|-\d{3}|@.*)$/, '');
  const row = Object.hasOwn(prices, name) ? prices[name] : undefined;
  if (row === undefined) return undefined;
  const [inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion] = row;
  return { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion };
}
