import { SseReader } from './sse-reader.js';

/**
 * The data of each event of an event stream, whatever its name, `[DONE]` included. Comments are left out.
 *
 * @throws `malformed_response` for an event over 16 Mi characters; what `bytes` throws.
 */
export async function* sseData(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const reader = new SseReader();
  for await (const piece of bytes) for (const { data } of reader.read(piece)) yield data;
  for (const { data } of reader.end()) yield data;
}
