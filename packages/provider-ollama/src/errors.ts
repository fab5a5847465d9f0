import { TakoError } from '@tako/core';
import { statusError, type FailedAnswer } from '@tako/core/provider';

/**
 * The error for an answer that is no success.
 *
 * Where the server has no such model the message says how to get it; a prompt that is too long is `context_overflow`, which
 * Ollama tells by words alone. Source: https://github.com/ollama/ollama/blob/main/llm/llama_server.go and server/routes.go
 * (read 2026-11-23).
 */
export function ollamaError(answer: FailedAnswer, model: string): TakoError {
  const error = statusError(answer);
  const { message, code, excerpt = '', status, retryAfterMs, requestId, source } = error;
  const same = { excerpt, status, retryAfterMs, requestId, source };
  if (code === 'not_found' && /model .*not found/.test(excerpt)) {
    return new TakoError(code, `${message}; get it with: ollama pull ${model}`, same);
  }
  if (code === 'invalid' && /context (length|size)/.test(excerpt)) {
    return new TakoError('context_overflow', message, same);
  }
  return error;
}
