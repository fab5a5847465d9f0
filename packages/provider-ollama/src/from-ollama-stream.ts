import { LineReader, malformedAnswer, type AnswerContext, type ChatEvent } from '@tako/core/provider';

import { FrameReader } from './frame-reader.js';
import type { OllamaFrame } from './ollama-frame.js';

/**
 * Maps the lines of a streamed answer, JSON each, to chat events, in order. `finish` is told at the line that says `done`;
 * what follows it is read and left aside.
 *
 * @throws `malformed_response` when a line is not JSON or the body ends early; the vendor's error where a line holds one.
 */
export async function* fromOllamaStream(
  bytes: AsyncIterable<Uint8Array>,
  context: AnswerContext,
): AsyncGenerator<ChatEvent, void, undefined> {
  const frames = new FrameReader(context);
  const lines = new LineReader(context.source);
  // One generator for bytes, lines and events together: each more would cost as much again per delta.
  for await (const piece of bytes) {
    for (const line of lines.read(piece)) {
      for (const event of frames.read(parse(line, context))) yield event;
      if (frames.done) {
        await context.onDone();
        yield frames.end();
        return;
      }
    }
  }
  for (const line of lines.end()) for (const event of frames.read(parse(line, context))) yield event;
  yield frames.end();
}

function parse(line: string, { source }: AnswerContext): OllamaFrame | null {
  try {
    const frame: OllamaFrame | null = JSON.parse(line);
    return frame;
  } catch {
    // What JSON.parse throws quotes the line.
    throw malformedAnswer(source, 'a line is not JSON');
  }
}
