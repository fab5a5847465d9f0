import { malformedAnswer } from '../../error/make-error.js';

/**
 * Reads an unstreamed JSON answer to its end. A bare value comes as an object too: an answer without content.
 *
 * @throws `malformed_response` when it is not JSON; what `bytes` throws.
 */
export async function wholeBody(bytes: AsyncIterable<Uint8Array>, source: string): Promise<object> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of bytes) text += decoder.decode(piece, { stream: true });
  try {
    return Object(JSON.parse(text + decoder.decode())) as object; // it makes one of anything, `{}` of null
  } catch (cause) {
    throw malformedAnswer(source, 'the answer is not JSON', cause);
  }
}
