import type { TokenUsage } from '@aws-sdk/client-bedrock-runtime';
import { toldTokens, type FinishReason, type Usage } from '@tako/core/provider';

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
  const fresh = toldTokens(told?.inputTokens);
  const output = toldTokens(told?.outputTokens);
  if (fresh === undefined && output === undefined) return undefined;
  const read = toldTokens(told?.cacheReadInputTokens);
  const written = toldTokens(told?.cacheWriteInputTokens);
  return {
    inputTokens: (fresh ?? 0) + (read ?? 0) + (written ?? 0),
    outputTokens: output ?? 0,
    ...(read === undefined ? {} : { cachedInputTokens: read }),
    ...(written === undefined ? {} : { cacheWriteTokens: written }),
  };
}
