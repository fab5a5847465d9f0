import type { HttpTransport } from '@tako/core';
import { providerError } from '@tako/core/provider';

/** An HTTP request as the SDK signs it. */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: unknown;
}

/** What the SDK sends requests by, over an `HttpTransport`. */
export interface HttpHandler {
  handle(
    request: SignedRequest,
    options?: { readonly abortSignal?: unknown },
  ): Promise<{ response: { statusCode: number; headers: Record<string, string>; body: Uint8Array } }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

/** The transport works these out by itself, and comes to what was signed. */
const ownHeaders: ReadonlySet<string> = new Set(['host', 'content-length']);

/** A secret has 64 KiB at most; base64 and JSON make that somewhat longer. */
const maxBytes = 1_048_576;

/** Hands the SDK's requests to a transport: it follows no redirect, and reads no more than 1 MiB. */
export function httpHandler(transport: HttpTransport): HttpHandler {
  return {
    async handle({ headers, body, protocol, hostname, port, path }, { abortSignal } = {}) {
      const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      // The platform quotes a header that it refuses.
      if (named.some(([, value]) => !/^[\t\x20-\x7e]*$/.test(value))) {
        throw providerError('auth', 'AwsSecretsManagerResolver: the credentials hold what cannot stand in a header');
      }
      const answer = await transport.send({
        method: 'POST',
        url: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`,
        headers: Object.fromEntries(named.filter(([name]) => !ownHeaders.has(name))),
        body: typeof body === 'string' || body instanceof Uint8Array ? body : undefined,
        signal: abortSignal instanceof AbortSignal ? abortSignal : new AbortController().signal,
      });
      const bytes = await readAll(answer.body);
      return { response: { statusCode: answer.status, headers: { ...answer.headers }, body: bytes } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) {
      throw providerError('malformed_response', 'the answer is longer than 1 MiB');
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
