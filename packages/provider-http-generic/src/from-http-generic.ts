import type { AnswerContext, ChatEvent } from '@tako/core/provider';
import { CompletionReader } from '@tako/openai-wire';

import { AnswerReader } from './answer-reader.js';
import type { AnswerShape } from './answer-shape.js';

/** What reads the documents of one answer. */
export interface DocumentReader {
  /** Whether the answer has said why it stopped. */
  readonly finished: boolean;
  read(document: unknown): ChatEvent[];
  end(): ChatEvent[];
}

/** A reader for one answer. @param shape absent for OpenAI's shape */
export function documentReader(
  shape: AnswerShape | undefined,
  isCumulative: boolean,
  context: AnswerContext,
): DocumentReader {
  // OpenAI's reader looks at any value before it takes from it.
  return shape === undefined ? new CompletionReader(context) : new AnswerReader(shape, isCumulative, context);
}

/**
 * Tells a whole answer as the events that its stream would have had.
 *
 * @throws `malformed_response` where it holds nothing at the places that were given; the endpoint's error where it holds one.
 */
export function eventsFromHttpGeneric(
  answer: unknown,
  shape: AnswerShape | undefined,
  context: AnswerContext,
): ChatEvent[] {
  const reader = documentReader(shape, true, context);
  return [...reader.read(answer), ...reader.end()];
}
