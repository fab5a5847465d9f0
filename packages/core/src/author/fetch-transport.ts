import { TakoError } from '../error/tako-error.js';
import type { HttpRequest, HttpResponse, HttpTransport } from '../platform/http-transport.js';

/** The part of the platform's `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An `HttpTransport` over a `fetch`: `fetchTransport(globalThis.fetch)`. */
export function fetchTransport(fetch: Fetch): HttpTransport {
  return {
    async send({ method, url, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
      const init: RequestInit = { method, headers, signal, redirect: 'manual' };
      // Bytes of a shared buffer are no BodyInit; ours never are.
      if (body !== undefined) init.body = body as string | Uint8Array<ArrayBuffer>;
      const response = await fetch(url, init);
      if (response.type === 'opaqueredirect') {
        throw new TakoError('invalid', 'redirects are not followed; set the final URL');
      }
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: chunksOf(response.body),
      };
    },
  };
}

/** Reads a body by its reader: not every runtime can iterate over a ReadableStream. */
async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => undefined); // for a reader that leaves: how the rest ends is nobody's concern
  }
}
