import { malformedAnswer } from '@tako/core/provider';

/** The longest frame that is read, in bytes: the largest that the format allows, with its headers. */
const maxFrameBytes = 16 * 1024 * 1024 + 128 * 1024 + 16;
/** Two lengths, two checksums. */
const minFrameBytes = 16;

/**
 * Bytes of an event stream, unchanged, as long as their frames can be frames. The SDK's reader makes room for whatever
 * length a frame claims, up to 4 GiB, and takes a body that ends within its first bytes for one that ended.
 *
 * Source: https://smithy.io/2.0/aws/amazon-eventstream.html (read 2026-11-23).
 *
 * @param source a provider's id, for errors
 * @throws `malformed_response` for a frame of an impossible length, and for a body that ends inside one.
 */
export async function* boundedFrames(bytes: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<Uint8Array> {
  let length = 0; // of the frame, as far as its first four bytes are there
  let lengthBytes = 0;
  let left = 0; // bytes of the frame that are still to come
  const malformed = (): Error => malformedAnswer(source, 'sent an event stream with a frame that is none');

  for await (const piece of bytes) {
    for (let at = 0; at < piece.length;) {
      if (left > 0) {
        const step = Math.min(left, piece.length - at);
        left -= step;
        at += step;
        continue;
      }
      length = length * 256 + (piece[at] ?? 0);
      at++;
      if (++lengthBytes < 4) continue;
      if (length < minFrameBytes || length > maxFrameBytes) throw malformed();
      left = length - 4;
      length = lengthBytes = 0;
    }
    yield piece;
  }
  if (left > 0 || lengthBytes > 0) throw malformed();
}
