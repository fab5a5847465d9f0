import type { AnswerContext, ChatEvent } from '@tako/core/provider';

import { FrameReader } from './frame-reader.js';
import type { OllamaFrame } from './ollama-frame.js';

/**
 * Tells a whole answer as the events that its stream would have had.
 *
 * @throws `malformed_response` where it holds no answer; the vendor's error where it holds one.
 */
export function eventsFromOllama(answer: OllamaFrame, context: AnswerContext): ChatEvent[] {
  const reader = new FrameReader(context);
  return [...reader.read(answer), reader.end()];
}
