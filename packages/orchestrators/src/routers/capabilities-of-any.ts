import type { Capabilities, Price, Provider, Support } from '@tako/core';

/**
 * What at least one of several models can do: who cannot take a request is left out before anybody is asked.
 *
 * @param providers at least one
 */
export function capabilitiesOfAny(providers: readonly Provider[]): Capabilities {
  const all = providers.map(({ capabilities }) => capabilities);
  const any = (name: SupportName): Support => {
    if (all.some((capabilities) => capabilities[name] === 'yes')) return 'yes';
    return all.every((capabilities) => capabilities[name] === 'no') ? 'no' : 'unknown';
  };
  const largest = (name: 'contextTokens' | 'maxOutputTokens'): number | undefined => {
    const limits = all.map((capabilities) => capabilities[name] ?? Infinity);
    return limits.includes(Infinity) ? undefined : Math.max(...limits);
  };
  const efforts = all.map(({ reasoningEfforts }) => reasoningEfforts);
  return {
    streaming: any('streaming'),
    tools: any('tools'),
    parallelTools: any('parallelTools'),
    toolChoice: any('toolChoice'),
    structuredOutput: any('structuredOutput'),
    structuredOutputWithTools: any('structuredOutputWithTools'),
    vision: any('vision'),
    imageUrls: any('imageUrls'),
    files: any('files'),
    audio: any('audio'),
    promptCache: any('promptCache'),
    reasoningEfforts: efforts.includes('unknown')
      ? 'unknown'
      : [...new Set(efforts.flatMap((known) => (known === 'unknown' ? [] : known)))],
    contextTokens: largest('contextTokens'),
    maxOutputTokens: largest('maxOutputTokens'),
  };
}

type SupportName = {
  [Name in keyof Capabilities]-?: Support extends Capabilities[Name] ? Name : never;
}[keyof Capabilities];

/** The highest price of several, for budgets that reserve the worst case; `undefined` where one is not known. */
export function highestPrice(providers: readonly Provider[]): Price | undefined {
  const prices: Price[] = [];
  for (const { price } of providers) {
    if (price === undefined) return undefined;
    prices.push(price);
  }
  const highest = (of: (price: Price) => number): number => Math.max(...prices.map(of));
  return {
    inputUsdPerMillion: highest((price) => price.inputUsdPerMillion),
    outputUsdPerMillion: highest((price) => price.outputUsdPerMillion),
    cachedInputUsdPerMillion: highest((price) => price.cachedInputUsdPerMillion ?? price.inputUsdPerMillion),
    cacheWriteUsdPerMillion: highest((price) => price.cacheWriteUsdPerMillion ?? price.inputUsdPerMillion),
    reasoningUsdPerMillion: highest((price) => price.reasoningUsdPerMillion ?? price.outputUsdPerMillion),
  };
}
