import type { AnswerContext, ChatEvent } from '@tako/core/provider';
import { fromOpenAISse } from '@tako/openai-wire';

/**
 * Maps the bytes of an event stream to chat events, in order. It is OpenAI's, with frames of Azure's filters between: the first
 * one, without choices, tells about the prompt; with the asynchronous filter, choices without a delta tell about text that was
 * sent before, even after the model has stopped. A choice without a delta may also be the end: `content_filter`.
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-streaming (read 2026-11-23).
 *
 * @throws `malformed_response` when a frame is not JSON or the body ends early; Azure's error where a frame holds one.
 */
export function fromAzureOpenAIStream(
  bytes: AsyncIterable<Uint8Array>,
  context: AnswerContext,
): AsyncIterable<ChatEvent> {
  return fromOpenAISse(bytes, context);
}
