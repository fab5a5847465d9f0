import { toldTokens, type Usage } from '@tako/core/provider';

import { fieldsOf, type Fields } from './fields.js';

/**
 * Reads counts; `undefined` where there are none. What the vendor calls input is neither read from the cache nor written to it.
 *
 * Source: `Usage` in the types of `@anthropic-ai/sdk` 1.12.0 (read 2026-11-23).
 */
export function fromAnthropicUsage(told: Fields): Usage | undefined {
  const fresh = toldTokens(told['input_tokens']);
  const output = toldTokens(told['output_tokens']);
  if (fresh === undefined && output === undefined) return undefined;
  const cached = toldTokens(told['cache_read_input_tokens']);
  const written = toldTokens(told['cache_creation_input_tokens']);
  return {
    inputTokens: (fresh ?? 0) + (cached ?? 0) + (written ?? 0),
    outputTokens: output ?? 0,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    reasoningTokens: toldTokens(fieldsOf(told['output_tokens_details'])['thinking_tokens']),
  };
}
