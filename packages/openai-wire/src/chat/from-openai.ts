import { ResponseBuilder, type ChatResponse } from '@tako/core';
import type { ChatEvent } from '@tako/core/provider';

import type { CompletionLike } from './completion-like.js';
import { CompletionReader } from './completion-reader.js';
import type { FromOpenAIOptions } from './vendor-failure.js';

/**
 * Reads a whole completion, an unstreamed answer.
 *
 * @throws `malformed_response` where it holds no answer; the vendor's error where it holds one.
 */
export function fromOpenAI(completion: CompletionLike, options: FromOpenAIOptions = {}): ChatResponse {
  const builder = new ResponseBuilder();
  for (const event of eventsFromOpenAI(completion, options)) builder.add(event);
  return builder.response();
}

/**
 * Tells a whole completion as the events that its stream would have had.
 *
 * @throws as `fromOpenAI`.
 */
export function eventsFromOpenAI(completion: CompletionLike, options: FromOpenAIOptions = {}): ChatEvent[] {
  const reader = new CompletionReader(options);
  return [...reader.read(completion), ...reader.end()];
}
