import type { AnswerContext, ChatEvent } from '@tako/core/provider';
import { eventsFromOpenAI } from '@tako/openai-wire';

/**
 * Tells a whole answer as the events that its stream would have had. It is OpenAI's; what Azure adds
 * (`prompt_filter_results`, `content_filter_results`, the `context` of "On Your Data") is skipped, and an answer that a
 * filter withheld finishes with `content_filter`.
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter-annotations (read 2026-11-23).
 *
 * @throws `malformed_response` where it holds no answer; Azure's error where it holds one.
 */
export function eventsFromAzureOpenAI(answer: object, context: AnswerContext): ChatEvent[] {
  return eventsFromOpenAI(answer, context);
}
