import { providerError, type ChatEvent } from '@tako/core/provider';

import { SseReader, type SseMessage } from '../sse/sse-reader.js';
import type { CompletionLike } from './completion-like.js';
import { CompletionReader } from './completion-reader.js';
import { vendorFailure, type FromOpenAIOptions } from './vendor-failure.js';

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
  for await (const chunk of chunks) {
    const events: ChatEvent[] = [];
    reader.read(chunk, events);
    for (const event of events) yield event;
  }
  yield* ending(reader, options);
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
      const events = eventsOf(message, reader, options);
      for (const event of events) yield event;
      if (events.at(-1)?.type === 'finish') return;
    }
  }
  for (const message of sse.end()) {
    const events = eventsOf(message, reader, options);
    for (const event of events) yield event;
    if (events.at(-1)?.type === 'finish') return;
  }
  yield* ending(reader, options);
}

function eventsOf(message: SseMessage, reader: CompletionReader, options: FromOpenAIOptions): ChatEvent[] {
  const events: ChatEvent[] = [];
  if (message.data === '') return events; // some servers keep the connection alive with empty events
  if (message.data === '[DONE]') {
    reader.end(events);
    return events;
  }
  let frame: CompletionLike | null;
  try {
    frame = JSON.parse(message.data);
  } catch (cause) {
    const { source = 'openai' } = options;
    throw providerError('malformed_response', `${source} sent a frame that is not JSON`, { source, cause });
  }
  if (message.event === 'error' && !frame?.error) throw vendorFailure(frame, options);
  reader.read(frame, events);
  return events;
}

function ending(reader: CompletionReader, { source = 'openai' }: FromOpenAIOptions): ChatEvent[] {
  if (!reader.finished) {
    throw providerError('malformed_response', `${source} closed the stream before its end`, { source });
  }
  const events: ChatEvent[] = [];
  reader.end(events);
  return events;
}
