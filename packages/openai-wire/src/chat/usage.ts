import type { Usage } from '@tako/core';
import { toldTokens } from '@tako/core/provider';

import { defined } from '../defined.js';
import type { UsageLike } from './completion-like.js';
import type { OpenAIUsage } from './openai-chat-response.js';

type TokenDetails = Required<OpenAIUsage>['prompt_tokens_details'] & Required<OpenAIUsage>['completion_tokens_details'];

/** Reads token counts. Without a readable total there is no usage; a count that is no count is left out. */
export function fromOpenAIUsage(usage: UsageLike): Usage | undefined {
  const inputTokens = toldTokens(usage.prompt_tokens);
  const outputTokens = toldTokens(usage.completion_tokens);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return defined<Usage>({
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    cachedInputTokens: toldTokens(usage.prompt_tokens_details?.cached_tokens),
    cacheWriteTokens: toldTokens(usage.prompt_tokens_details?.cache_write_tokens),
    reasoningTokens: toldTokens(usage.completion_tokens_details?.reasoning_tokens),
  });
}

/** Writes token counts. Details that we do not know stay absent. */
export function toOpenAIUsage(usage: Usage): OpenAIUsage {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage;
  const input = defined<TokenDetails>({ cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens });
  const output = defined<TokenDetails>({ reasoning_tokens: reasoningTokens });
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(Object.keys(input).length > 0 ? { prompt_tokens_details: input } : {}),
    ...(Object.keys(output).length > 0 ? { completion_tokens_details: output } : {}),
  };
}
