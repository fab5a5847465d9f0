import type { FinishReason } from '@tako/core';

import type { OpenAIFinishReason } from './openai-chat-response.js';

/**
 * Reads a finish reason. A word that OpenAI does not use is `other`.
 *
 * Source: https://platform.openai.com/docs/api-reference/chat/object (read 2026-11-23).
 */
export function fromOpenAIFinishReason(reason: string | undefined): FinishReason {
  switch (reason) {
    case 'stop':
    case 'length':
    case 'tool_calls':
    case 'content_filter':
      return reason;
    case 'function_call': // the only call of servers that know no parallel ones
      return 'tool_calls';
    case 'model_length': // Mistral: the context is full
      return 'length';
    case 'error': // OpenRouter, Mistral: the generation failed upstream
      return 'error';
    default:
      return 'other';
  }
}

/** Writes a finish reason. What OpenAI has no word for is `stop`: strict clients fail on unknown words. */
export function toOpenAIFinishReason(reason: FinishReason): OpenAIFinishReason {
  return reason === 'other' || reason === 'error' ? 'stop' : reason;
}
