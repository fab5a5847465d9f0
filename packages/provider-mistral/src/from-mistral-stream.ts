import { malformedAnswer, SseReader, type AnswerContext, type ChatEvent } from '@tako/core/provider';
import { fromOpenAIStream, type CompletionLike } from '@tako/openai-wire';

import { throwIfFailure } from './errors.js';
import { plainChunk, type Told } from './plain-chunk.js';
import { ReasoningState } from './reasoning-state.js';

/** The frame that ends a stream. */
const doneMark = '[DONE]';

/**
 * Maps the bytes of an event stream to chat events, in order. `finish` is told at `[DONE]`, or at the end of the body where a
 * finish reason came before.
 *
 * @throws `malformed_response` when a frame is not JSON or the body ends early; the vendor's error where a frame holds one.
 */
export async function* fromMistralStream(
  bytes: AsyncIterable<Uint8Array>,
  context: AnswerContext,
): AsyncGenerator<ChatEvent, void, undefined> {
  const reasoning = new ReasoningState();
  for await (const event of fromOpenAIStream(chunksOf(bytes, context, reasoning.told), context)) {
    for (const each of reasoning.tell(event)) yield each;
  }
}

async function* chunksOf(
  bytes: AsyncIterable<Uint8Array>,
  context: AnswerContext,
  told: Told,
): AsyncGenerator<CompletionLike, void, undefined> {
  const sse = new SseReader(context.source);
  for await (const piece of bytes) {
    for (const { data } of sse.read(piece)) {
      if (data === doneMark) {
        await context.onDone();
        return;
      }
      yield parse(data, context, told);
    }
  }
  for (const { data } of sse.end()) if (data !== doneMark) yield parse(data, context, told);
}

function parse(data: string, context: AnswerContext, told: Told): CompletionLike {
  if (data === '') return {}; // some servers keep the connection alive with empty events
  let chunk: CompletionLike | null;
  try {
    chunk = JSON.parse(data);
  } catch {
    const { source } = context;
    // What JSON.parse throws quotes the frame.
    throw malformedAnswer(source, 'a frame is not JSON');
  }
  throwIfFailure(chunk, context);
  return plainChunk(chunk, told) ?? {};
}
