import { providerError, type ChatEvent } from '@tako/core/provider';
import type { FromOpenAIOptions } from '@tako/openai-wire';

import type { OpenAIApi } from './api.js';

/** The longest body that is read, in characters. */
const maxBodyCharacters = 64 * 1024 * 1024;

/**
 * Reads an unstreamed answer, and tells it as the events that its stream would have had.
 *
 * @throws `malformed_response` when it is no answer; the vendor's error where the body holds one.
 */
export async function fromOpenAIBody(
  bytes: AsyncIterable<Uint8Array>,
  api: OpenAIApi,
  options: FromOpenAIOptions,
): Promise<ChatEvent[]> {
  const { source } = options;
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of bytes) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > maxBodyCharacters) {
      throw providerError('malformed_response', `${source} answered with a body that is too long`, { source });
    }
  }
  let answer: unknown;
  try {
    answer = JSON.parse(text + decoder.decode());
  } catch (cause) {
    throw providerError('malformed_response', `${source} answered with a body that is not JSON`, { source, cause });
  }
  // A bare number or text is an answer without content.
  return api.fromWhole(typeof answer === 'object' && answer !== null ? answer : {}, options);
}
