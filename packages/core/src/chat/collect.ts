import { attachPartial } from '../error/attach-partial.js';
import type { ChatEvent } from './chat-event.js';
import type { ChatResponse } from './chat-response.js';
import { ResponseBuilder } from './response-builder.js';

/**
 * Drains a provider's stream into one response.
 *
 * @throws what the stream throws, with `partial` holding content and usage up to there;
 *   `malformed_response` when the stream ends without `finish`.
 */
export async function collect(events: AsyncIterable<ChatEvent>): Promise<ChatResponse> {
  const builder = new ResponseBuilder();
  try {
    for await (const event of events) builder.add(event);
  } catch (error) {
    throw attachPartial(error, builder.partial());
  }
  return builder.response();
}
