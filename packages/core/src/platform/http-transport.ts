/** One HTTP request, as small as providers need it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/** The answer, as soon as its headers are there. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** The body as it comes. Leaving the loop early closes the connection; one that nobody begins needs the signal to abort. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Sends HTTP requests. It follows no redirect: credentials must not travel to another place.
 *
 * `send` rejects when no answer comes (the platform's own error is fine), or with `signal.reason`.
 */
export interface HttpTransport {
  send(request: HttpRequest): Promise<HttpResponse>;
}
