import { malformedAnswer, SseReader, type ChatEvent, type SseMessage } from '@tako/core/provider';

import { VertexReader, type FromVertexOptions } from './from-vertex.js';

/**
 * Maps the bytes of an event stream to chat events, in order. The vendor has no last frame: the answer ends where the body
 * does, since a reason for the end may come before usage and signatures.
 *
 * @throws `malformed_response` when a frame is not JSON or no reason for the end came; the vendor's error where a frame holds one.
 */
export async function* fromVertexSse(
  bytes: AsyncIterable<Uint8Array>,
  options: FromVertexOptions,
): AsyncGenerator<ChatEvent, void, undefined> {
  const reader = new VertexReader(options);
  const sse = new SseReader(options.source);
  // One generator for bytes, frames and events together: each more would cost as much again per delta.
  for await (const piece of bytes) {
    for (const message of sse.read(piece)) {
      for (const event of reader.read(frameOf(message, options))) yield event;
    }
  }
  for (const message of sse.end()) yield* reader.read(frameOf(message, options));
  yield* reader.end();
}

function frameOf({ data }: SseMessage, { source }: FromVertexOptions): unknown {
  if (data === '') return undefined;
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw malformedAnswer(source, 'a frame is not JSON', cause);
  }
}
