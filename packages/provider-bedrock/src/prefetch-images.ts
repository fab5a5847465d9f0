import type { ImagePart, Message, ToolResultContent, UserContent } from '@tako/core';
import { invalidOptions, providerError, type ChatRequest } from '@tako/core/provider';

import type { UrlPrefetchOptions } from './options.js';

const defaultConcurrency = 4;

/**
 * The request with the images that stand in it by URL, each fetched once, several at a time, in place of their URLs. Nobody
 * who does not ask for it loads `@tako/safe-fetch`.
 *
 * @param source a provider's id, for errors
 * @throws `invalid`, `transport` or `timeout` when an image cannot be had; the error has the rule that refused it, and nothing
 *   of what is there.
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
    const code = rule === 'timeout' ? 'timeout' : rule === 'dns' || rule === 'connection' ? 'transport' : 'invalid';
    throw providerError(code, `${source}: an image could not be fetched: ${message}`, { source, details: { rule } });
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
