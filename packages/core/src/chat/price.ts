import { tokenCount, type Usage } from './usage.js';

/** What a model costs, in US dollars for a million tokens of each kind. */
export interface Price {
  /** Input tokens that no cache was involved with. */
  readonly inputUsdPerMillion: number;
  /** Output tokens, reasoning included. */
  readonly outputUsdPerMillion: number;
  /** Input tokens read from the prompt cache. @defaultValue `inputUsdPerMillion` */
  readonly cachedInputUsdPerMillion?: number | undefined;
  /** Input tokens written to the prompt cache. @defaultValue `inputUsdPerMillion` */
  readonly cacheWriteUsdPerMillion?: number | undefined;
  /** Reasoning tokens, where they have a price of their own. @defaultValue `outputUsdPerMillion` */
  readonly reasoningUsdPerMillion?: number | undefined;
}

/**
 * The cost of `usage` at `price`, in US dollars. The only place where cost is computed.
 *
 * A detailed count larger than its total (a vendor's slip) never makes the rest negative.
 */
export function costUsd(usage: Usage, price: Price): number {
  const cached = tokenCount(usage.cachedInputTokens);
  const written = tokenCount(usage.cacheWriteTokens);
  const thought = tokenCount(usage.reasoningTokens);
  const fresh = Math.max(0, tokenCount(usage.inputTokens) - cached - written);
  const said = Math.max(0, tokenCount(usage.outputTokens) - thought);
  const perMillion =
    fresh * price.inputUsdPerMillion +
    cached * (price.cachedInputUsdPerMillion ?? price.inputUsdPerMillion) +
    written * (price.cacheWriteUsdPerMillion ?? price.inputUsdPerMillion) +
    said * price.outputUsdPerMillion +
    thought * (price.reasoningUsdPerMillion ?? price.outputUsdPerMillion);
  return perMillion / 1_000_000;
}
