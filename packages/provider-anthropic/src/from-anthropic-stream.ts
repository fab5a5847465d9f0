import { malformedAnswer, SseReader, type AnswerContext, type ChatEvent, type SseMessage } from '@tako/core/provider';

import { AnthropicReader } from './from-anthropic.js';

/**
 * Maps the bytes of an event stream to chat events, in order. A `ping` comes to none.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/streaming (read 2026-11-23).
 *
 * @throws `malformed_response` when a frame is not JSON; the vendor's error where a frame holds one. A stream that ends before
 *   `message_stop` ends without `finish`.
 */
export async function* fromAnthropicSse(
  bytes: AsyncIterable<Uint8Array>,
  context: AnswerContext,
): AsyncGenerator<ChatEvent, void, undefined> {
  const reader = new AnthropicReader(context);
  const sse = new SseReader(context.source);
  // One generator for bytes, frames and events together: each more would cost as much again per delta.
  for await (const piece of bytes) {
    for (const message of sse.read(piece)) {
      for (const event of reader.read(frameOf(message, context))) {
        if (event.type === 'finish') await context.onDone();
        yield event;
        if (event.type === 'finish') return;
      }
    }
  }
  for (const message of sse.end()) yield* reader.read(frameOf(message, context));
}

function frameOf({ data }: SseMessage, { source }: AnswerContext): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw malformedAnswer(source, 'a frame is not JSON', cause);
  }
}
