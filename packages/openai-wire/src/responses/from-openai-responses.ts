import { ResponseBuilder, type ChatResponse } from '@tako/core';
import { malformedAnswer, SseReader, type ChatEvent } from '@tako/core/provider';

import type { ResponseEventLike, ResponseLike } from './response-like.js';
import { ResponsesReader, type FromOpenAIResponsesOptions } from './responses-reader.js';

/**
 * Reads a whole response of the Responses API.
 *
 * @throws `malformed_response` where it holds no answer; the vendor's error where it failed.
 */
export function fromOpenAIResponses(response: ResponseLike, options: FromOpenAIResponsesOptions = {}): ChatResponse {
  const builder = new ResponseBuilder();
  for (const event of eventsFromOpenAIResponses(response, options)) builder.add(event);
  return builder.response();
}

/**
 * Tells a whole response as the events that its stream would have had.
 *
 * @throws as `fromOpenAIResponses`.
 */
export function eventsFromOpenAIResponses(
  response: ResponseLike,
  options: FromOpenAIResponsesOptions = {},
): ChatEvent[] {
  const reader = new ResponsesReader(options);
  return [...reader.readWhole(response), ...reader.end()];
}

/**
 * Maps the bytes of a streamed response to chat events, in order. An event of an unknown kind is skipped.
 *
 * @throws `malformed_response` when an event is not JSON or the body ends early; the vendor's error where it tells one.
 */
export async function* fromOpenAIResponsesSse(
  bytes: AsyncIterable<Uint8Array>,
  options: FromOpenAIResponsesOptions = {},
): AsyncGenerator<ChatEvent, void, undefined> {
  const reader = new ResponsesReader(options);
  const sse = new SseReader(options.source);
  for await (const piece of bytes) {
    for (const { data } of sse.read(piece)) {
      for (const event of reader.read(eventOf(data, options))) yield event;
      if (!reader.finished) continue;
      await options.onDone?.();
      yield* reader.end();
      return;
    }
  }
  for (const { data } of sse.end()) yield* reader.read(eventOf(data, options));
  yield* reader.end();
}

function eventOf(data: string, { source = 'openai' }: FromOpenAIResponsesOptions): ResponseEventLike | undefined {
  if (data === '' || data === '[DONE]') return undefined;
  try {
    const event: ResponseEventLike = JSON.parse(data);
    return event;
  } catch (cause) {
    throw malformedAnswer(source, 'an event is not JSON', cause);
  }
}
