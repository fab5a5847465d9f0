import type { AnswerContext, ChatEvent } from '@tako/core/provider';
import { eventsFromOpenAI, type CompletionLike } from '@tako/openai-wire';

import { throwIfFailure } from './errors.js';
import { plainChunk } from './plain-chunk.js';
import { ReasoningState } from './reasoning-state.js';

/**
 * Tells a whole answer as the events that its stream would have had.
 *
 * @throws `malformed_response` where it holds no answer; the vendor's error where it holds one.
 */
export function eventsFromMistral(answer: CompletionLike, context: AnswerContext): ChatEvent[] {
  throwIfFailure(answer, context);
  const reasoning = new ReasoningState();
  const plain = plainChunk(answer, reasoning.told) ?? {};
  return eventsFromOpenAI(plain, context).flatMap((event) => reasoning.tell(event));
}
