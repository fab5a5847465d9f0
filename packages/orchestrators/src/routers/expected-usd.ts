import { costUsd, estimateUsage, type ChatRequest, type Provider, type Usage } from '@tako/core';

/** What a call would use: the prompt as it is, and the longest answer that was asked for, or else the expected one. */
export function expectedUsage(request: ChatRequest, expectedOutputTokens: number): Usage {
  const { inputTokens } = estimateUsage(request, []);
  return { inputTokens, outputTokens: request.maxOutputTokens ?? expectedOutputTokens };
}

/** What such a call would cost at this provider, in US dollars; `undefined` where its price is not known. */
export function expectedUsd({ price, capabilities }: Provider, usage: Usage): number | undefined {
  if (price === undefined) return undefined;
  const outputTokens = Math.min(usage.outputTokens, capabilities.maxOutputTokens ?? Infinity);
  return costUsd({ ...usage, outputTokens }, price);
}

/** An amount for people: `$0.0012`. */
export function inUsd(amount: number): string {
  return `$${Number(amount.toPrecision(2))}`;
}
