import {
  LineReader,
  malformedAnswer,
  SseReader,
  type AnswerContext,
  type ChatEvent,
  type SseMessage,
} from '@tako/core/provider';

import { documentReader } from './from-http-generic.js';
import type { StreamShape } from './stream-shape.js';

/**
 * Maps the bytes of a stream to chat events, in order. `finish` is told at the last frame, or at the end of the body where
 * nothing says that more must come. A frame with nothing at the places that were given is skipped.
 *
 * @param transform is given each frame before it is read
 * @throws `malformed_response` when a frame is not JSON or the body ends early; the endpoint's error where a frame holds one.
 */
export async function* fromHttpGenericStream(
  bytes: AsyncIterable<Uint8Array>,
  stream: StreamShape,
  transform: (json: unknown) => unknown,
  context: AnswerContext,
): AsyncGenerator<ChatEvent, void, undefined> {
  const { source } = context;
  const reader = documentReader(stream.answer, stream.isCumulative, context);
  for await (const { data, event } of framesOf(
    bytes,
    stream.isLines ? new LineReader(source) : new SseReader(source),
  )) {
    if (data === '') continue; // some servers keep the connection alive with empty events and lines
    let isLast = stream.isDoneText(data);
    if (!isLast) {
      const document = parse(data, event, context);
      yield* reader.read(transform(document));
      isLast = stream.isDone(document);
    }
    if (isLast) {
      await context.onDone();
      yield* reader.end();
      return;
    }
  }
  if (stream.mustEnd && !reader.finished) {
    throw malformedAnswer(source, 'closed the stream before its end');
  }
  yield* reader.end();
}

async function* framesOf(
  bytes: AsyncIterable<Uint8Array>,
  reader: SseReader | LineReader,
): AsyncGenerator<SseMessage, void, undefined> {
  for await (const piece of bytes) for (const frame of reader.read(piece)) yield toMessage(frame);
  for (const frame of reader.end()) yield toMessage(frame);
}

/** A line is told as an event without a name is. */
function toMessage(frame: string | SseMessage): SseMessage {
  return typeof frame === 'string' ? { data: frame.trim(), event: undefined } : frame;
}

/** @throws `malformed_response` for what is not JSON; the endpoint's error for an event of that name. */
function parse(data: string, event: string | undefined, { source, toError }: AnswerContext): unknown {
  if (event === 'error') throw toError(500, data);
  try {
    return JSON.parse(data);
  } catch {
    // What JSON.parse throws quotes the frame.
    throw malformedAnswer(source, 'a frame is not JSON');
  }
}
