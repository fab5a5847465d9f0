import { tokenCount, type Usage } from '@tako/core/provider';

import { fieldsOf, type Fields } from './fields.js';

/**
 * Reads counts; `undefined` where there are none. What the vendor calls input is neither read from the cache nor written to it.
 *
 * Source: `Usage` in the types of `@anthropic-ai/sdk` 1.12.0 (read 2026-11-23).
 */
export function fromAnthropicUsage(told: Fields): Usage | undefined {
  const {
    input_tokens: fresh,
    output_tokens: output,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: written,
    output_tokens_details: details,
  } = told;
  if (typeof fresh !== 'number' && typeof output !== 'number') return undefined;
  const thought = fieldsOf(details)['thinking_tokens'];
  return {
    inputTokens: tokenCount(fresh) + tokenCount(cached) + tokenCount(written),
    outputTokens: tokenCount(output),
    cachedInputTokens: typeof cached === 'number' ? tokenCount(cached) : undefined,
    cacheWriteTokens: typeof written === 'number' ? tokenCount(written) : undefined,
    reasoningTokens: typeof thought === 'number' ? tokenCount(thought) : undefined,
  };
}
