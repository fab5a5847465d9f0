import { providerError, SseReader, type AnswerContext, type ChatEvent } from '@tako/core/provider';

import { AnswerReader, type AcmeCorpFrame } from './from-acme-corp.js';

/**
 * Maps the bytes of an event stream to chat events, in order. `finish` is told at the frame that says `done`.
 *
 * @throws `malformed_response` when a frame is not JSON or the body ends early; the vendor's error where a frame holds one.
 */
export async function* fromAcmeCorpStream(
  bytes: AsyncIterable<Uint8Array>,
  context: AnswerContext,
): AsyncGenerator<ChatEvent, void, undefined> {
  const answer = new AnswerReader(context);
  const sse = new SseReader(context.source);
  for await (const piece of bytes) {
    for (const { data } of sse.read(piece)) {
      for (const event of answer.read(parse(data, context))) yield event;
      if (answer.done) {
        await context.onDone(); // the end of the body comes after its last frame
        yield answer.end();
        return;
      }
    }
  }
  for (const { data } of sse.end()) yield* answer.read(parse(data, context));
  yield answer.end();
}

function parse(data: string, { source }: AnswerContext): AcmeCorpFrame | null {
  try {
    const frame: AcmeCorpFrame | null = JSON.parse(data);
    return frame;
  } catch {
    // What JSON.parse throws quotes the frame, which may hold the answer's text.
    throw providerError('malformed_response', `${source} sent a frame that is not JSON`, { source });
  }
}
