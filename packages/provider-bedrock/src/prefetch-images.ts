import {
  TakoError,
  type ChatRequest,
  type ImagePart,
  type Message,
  type ToolResultContent,
  type UserContent,
} from '@tako/core';
import { invalidOptions } from '@tako/core/provider';

import type { UrlPrefetchOptions } from './options.js';

const defaultConcurrency = 4;

/** What another try may mend. */
const passing: ReadonlySet<string> = new Set(['connection', 'dns', 'timeout']);

/**
 * The request with the images that stand in it by URL, each fetched once, several at a time, in place of their URLs. Nobody
 * who does not ask for it loads `@tako/safe-fetch`.
 *
 * @param source a provider's id, for errors
 * @throws `invalid` when an image cannot be had, `retryable` where its server may be to blame: the message and `details.rule` say
 *   which rule refused it, and nothing of what is there.
 */
export async function prefetchImages(
  request: ChatRequest,
  options: true | UrlPrefetchOptions,
  signal: AbortSignal,
  source: string,
): Promise<ChatRequest> {
  const urls = new Set(imageUrls(request.messages));
  if (urls.size === 0) return request;
  const { concurrency = defaultConcurrency, ...rules } = options === true ? {} : options;
  if (!(concurrency >= 1)) {
    throw invalidOptions('bedrock', `urlPrefetch.concurrency must be at least 1, got ${concurrency}`);
  }
  const { safeFetch, isSafeFetchError } = await import('@tako/safe-fetch');
  const images = new Map<string, ImagePart>();
  const failed = new AbortController();
  const fetchOptions = { ...rules, signal: AbortSignal.any([signal, failed.signal]) };
  const waiting = urls.values();

  const worker = async (): Promise<void> => {
    for (const url of waiting) {
      const { contentType, bytes } = await safeFetch(url, fetchOptions);
      images.set(url, { type: 'image', mimeType: contentType, data: bytes });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, urls.size) }, worker));
  } catch (error) {
    failed.abort(); // the others are of no use any more
    if (!isSafeFetchError(error)) throw error;
    const { rule, message } = error;
    // Never `transport` or `timeout`: those are the model's, and a circuit breaker would blame it for a picture of a user's.
    throw new TakoError('invalid', `${source}: an image could not be fetched: ${message}`, {
      source,
      retryable: passing.has(rule),
      details: { rule },
      cause: error,
    });
  }
  return { ...request, messages: request.messages.map((message) => withImages(message, images)) };
}

function* imageUrls(messages: readonly Message[]): Generator<string> {
  for (const { content } of messages) {
    for (const part of content) {
      if (part.type === 'image_url') yield part.url;
      else if (part.type === 'tool_result') {
        for (const inner of part.content) if (inner.type === 'image_url') yield inner.url;
      }
    }
  }
}

function withImages(message: Message, images: ReadonlyMap<string, ImagePart>): Message {
  const inline = <Part extends UserContent | ToolResultContent>(part: Part): Part | ImagePart =>
    part.type === 'image_url' ? (images.get(part.url) ?? part) : part;
  if (message.role === 'user') return { ...message, content: message.content.map(inline) };
  if (message.role !== 'tool') return message;
  return { ...message, content: message.content.map((part) => ({ ...part, content: part.content.map(inline) })) };
}
