import type { TokenUsage } from '@aws-sdk/client-bedrock-runtime';
import { tokenCount, type FinishReason, type Usage } from '@tako/core/provider';

/**
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html (read 2026-11-23).
 * `refusal` is Anthropic's, for models newer than that list.
 */
export function finishReason(stopReason: string | undefined): FinishReason {
  switch (stopReason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'tool_use':
      return 'tool_calls';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'content_filtered':
    case 'guardrail_intervened':
    case 'refusal':
      return 'content_filter';
    case 'malformed_model_output':
    case 'malformed_tool_use':
      return 'error';
    default:
      return 'other';
  }
}

/**
 * Bedrock counts input from and to the cache beside `inputTokens`, not in it. `undefined` where nothing is told.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html (read 2026-11-23).
 */
export function toUsage(told: TokenUsage | undefined): Usage | undefined {
  if (typeof told?.inputTokens !== 'number' && typeof told?.outputTokens !== 'number') return undefined;
  const { cacheReadInputTokens: read, cacheWriteInputTokens: written } = told;
  return {
    inputTokens: tokenCount(told.inputTokens) + tokenCount(read) + tokenCount(written),
    outputTokens: tokenCount(told.outputTokens),
    ...(read === undefined ? {} : { cachedInputTokens: tokenCount(read) }),
    ...(written === undefined ? {} : { cacheWriteTokens: tokenCount(written) }),
  };
}
