import type { HttpTransport } from '@tako/core';

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
  ): Promise<{ response: { statusCode: number; headers: Record<string, string>; body: AsyncIterable<Uint8Array> } }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

/** The transport works these out by itself, and comes to what was signed. */
const ownHeaders: ReadonlySet<string> = new Set(['host', 'content-length']);

/**
 * Hands the SDK's requests to a transport. The SDK's own handlers speak HTTP/2, which plain servers, proxies and mocks do not.
 */
export function httpHandler(transport: HttpTransport): HttpHandler {
  return {
    async handle({ headers, body, ...request }, { abortSignal } = {}) {
      const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      const answer = await transport.send({
        method: 'POST',
        url: urlOf(request),
        headers: Object.fromEntries(named.filter(([name]) => !ownHeaders.has(name))),
        body: typeof body === 'string' || body instanceof Uint8Array ? body : undefined,
        signal: abortSignal instanceof AbortSignal ? abortSignal : new AbortController().signal,
      });
      return { response: { statusCode: answer.status, headers: { ...answer.headers }, body: answer.body } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** Converse has no query. */
function urlOf({ protocol, hostname, port, path }: Omit<SignedRequest, 'headers'>): string {
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
}
