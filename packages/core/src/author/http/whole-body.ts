import { providerError } from '../../error/make-error.js';
import type { TakoError } from '../../error/tako-error.js';

/** The longest body that is read, in characters. */
const maxBodyCharacters = 64 * 1024 * 1024;

/**
 * Reads an unstreamed JSON answer to its end. A bare number or text is an answer without content: `{}`.
 *
 * @throws `malformed_response` when it is not JSON, or longer than 64 Mi characters.
 */
export async function wholeBody(bytes: AsyncIterable<Uint8Array>, source: string): Promise<object> {
  const malformed = (what: string, cause?: unknown): TakoError =>
    providerError('malformed_response', `${source} answered with a body that is ${what}`, { source, cause });
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of bytes) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > maxBodyCharacters) throw malformed('too long');
  }
  try {
    const answer: unknown = JSON.parse(text + decoder.decode());
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch (cause) {
    throw malformed('not JSON', cause);
  }
}
