import { providerError, type ChatEvent } from '@tako/core/provider';
import { eventsFromOpenAI, type CompletionLike, type FromOpenAIOptions } from '@tako/openai-wire';

/** The longest body that is read, in characters. */
const maxBodyCharacters = 64 * 1024 * 1024;

/**
 * Reads an unstreamed answer, and tells it as the events that its stream would have had.
 *
 * @throws `malformed_response` when it is not a completion; the vendor's error where the body holds one.
 */
export async function fromOpenAIBody(
  bytes: AsyncIterable<Uint8Array>,
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
  let completion: CompletionLike | null;
  try {
    completion = JSON.parse(text + decoder.decode());
  } catch (cause) {
    throw providerError('malformed_response', `${source} answered with a body that is not JSON`, { source, cause });
  }
  return eventsFromOpenAI(completion ?? {}, options);
}
