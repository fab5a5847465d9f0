import { TakoError, toBase64 } from '@tako/core';

import type { ImageToFetch, OllamaChatRequest } from './ollama-request.js';

/** Rules for the images that are fetched by URL: those of `safeFetch` in `@tako/safe-fetch`. */
export interface UrlPrefetchOptions {
  /** One image with its redirects, in milliseconds. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined;
  /** One connection with its TLS handshake, in milliseconds. @defaultValue 5000 */
  readonly connectTimeoutMs?: number | undefined;
  /** The most bytes of one image. @defaultValue 10485760 (10 MiB) */
  readonly maxBytes?: number | undefined;
  /** Whether `http:` is fetched too. @defaultValue false */
  readonly allowHttp?: boolean | undefined;
  /** Whether addresses that are not public are fetched from. @defaultValue false */
  readonly allowPrivateIps?: boolean | undefined;
  /** Hosts whose addresses are not checked: `cdn.example`, `*.cdn.example`. @defaultValue none */
  readonly allowHosts?: readonly string[] | undefined;
  /** Addresses that are let through besides public ones: `10.0.0.0/8`. @defaultValue none */
  readonly allowCidrs?: readonly string[] | undefined;
}

/** What fetches the images of a body. */
export interface Prefetch {
  readonly options: UrlPrefetchOptions;
  /** The provider's id, for errors. */
  readonly source: string;
  readonly signal: AbortSignal;
}

/** The images that Ollama decodes. */
const contentTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
/** How many images are fetched at a time. */
const concurrency = 4;
/** What another try may mend. */
const passing: ReadonlySet<string> = new Set(['connection', 'dns', 'timeout']);

/**
 * The body with the images that stood in it by URL, each fetched once, in place of their URLs.
 *
 * @throws `invalid` when an image cannot be had, `retryable` where its server may be to blame: the message and `details.rule`
 *   say which rule refused it, and nothing of what is there; `signal.reason` when the signal aborts.
 */
export async function withImages(body: OllamaChatRequest, prefetch: Prefetch): Promise<OllamaChatRequest> {
  const urls = new Set(body.messages.flatMap(({ images = [] }) => images.flatMap(urlIn)));
  if (urls.size === 0) return body;
  const images = await fetchAll(urls, prefetch);
  const inline = (image: string | ImageToFetch): string =>
    typeof image === 'string' ? image : (images.get(image.url) ?? '');
  return {
    ...body,
    messages: body.messages.map((message) => ({ ...message, images: message.images?.map(inline) })),
  };
}

function urlIn(image: string | ImageToFetch): string[] {
  return typeof image === 'string' ? [] : [image.url];
}

/** Base64 by URL. */
async function fetchAll(
  urls: ReadonlySet<string>,
  { options, source, signal }: Prefetch,
): Promise<ReadonlyMap<string, string>> {
  const { safeFetch, isSafeFetchError } = await load(source);
  const images = new Map<string, string>();
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const waiting = urls.values();
  const work = async (): Promise<void> => {
    for (const url of waiting) {
      try {
        const { bytes } = await safeFetch(url, { ...options, contentTypes, signal: either });
        images.set(url, toBase64(bytes));
      } catch (error) {
        signal.throwIfAborted();
        failed.abort(); // the others are of no use any more
        const rule = isSafeFetchError(error) ? error.rule : 'unknown';
        const why = isSafeFetchError(error) ? error.message : 'it failed';
        // Never `transport` or `timeout`: those are the model's, and a circuit breaker would blame it for a picture of a user's.
        throw new TakoError('invalid', `${source}: an image could not be fetched: ${why}`, {
          source,
          retryable: passing.has(rule),
          details: { rule },
          cause: error,
        });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, urls.size) }, work));
  return images;
}

/** It is loaded here and nowhere else: whoever fetches no images need not have it, nor bundle it. */
async function load(source: string) {
  try {
    return await import('@tako/safe-fetch');
  } catch (cause) {
    throw new TakoError('invalid', `${source}: urlPrefetch needs the package @tako/safe-fetch; install it`, {
      source,
      cause,
    });
  }
}
