import { SseReader, type ChatEvent, type SseMessage } from '@tako/core/provider';

import type { CompletionLike } from './completion-like.js';
import { CompletionReader } from './completion-reader.js';
import { malformed } from './malformed.js';
import { vendorFailure, type FromOpenAIOptions } from './vendor-failure.js';

/** The frame that ends a stream. */
const doneMark = '[DONE]';
const endedEarly = 'the stream ended without its end';

/**
 * Maps chunks that somebody else has parsed to chat events, in order.
 *
 * @throws `malformed_response` when they end before their finish reason; the vendor's error where a chunk holds one.
 */
export async function* fromOpenAIStream(
  chunks: AsyncIterable<CompletionLike>,
  options: FromOpenAIOptions = {},
): AsyncGenerator<ChatEvent, void, undefined> {
  const reader = new CompletionReader(options);
  for await (const chunk of chunks) for (const event of reader.read(chunk)) yield event;
  if (!reader.finished) throw malformed(endedEarly, options);
  yield* reader.end();
}

/**
 * Maps the bytes of an event stream to chat events, in order. `finish` is told at `[DONE]`, or at the end of the body
 * where a finish reason came before: usage comes between the two.
 *
 * A frame of an unknown kind is skipped.
 *
 * @throws `malformed_response` when a frame is not JSON or the body ends early; the vendor's error where a frame holds one.
 */
export async function* fromOpenAISse(
  bytes: AsyncIterable<Uint8Array>,
  options: FromOpenAIOptions = {},
): AsyncGenerator<ChatEvent, void, undefined> {
  const reader = new CompletionReader(options);
  const sse = new SseReader(options.source);
  // One generator for bytes, frames and events together: each more would cost as much again per delta.
  for await (const piece of bytes) {
    for (const message of sse.read(piece)) {
      if (message.data === doneMark) {
        await options.onDone?.();
        yield* reader.end();
        return;
      }
      for (const event of eventsOf(message, reader, options)) yield event;
    }
  }
  const left = sse.end();
  for (const message of left) if (message.data !== doneMark) yield* eventsOf(message, reader, options);
  if (!reader.finished && !left.some((message) => message.data === doneMark)) throw malformed(endedEarly, options);
  yield* reader.end();
}

function eventsOf({ data, event }: SseMessage, reader: CompletionReader, options: FromOpenAIOptions): ChatEvent[] {
  if (data === '') return []; // some servers keep the connection alive with empty events
  let frame: CompletionLike | null;
  try {
    frame = JSON.parse(data);
  } catch (cause) {
    throw malformed('a frame is not JSON', options, cause);
  }
  if (event === 'error' && !frame?.error) throw vendorFailure(frame, options);
  return reader.read(frame);
}
