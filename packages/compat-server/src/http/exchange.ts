import type { EventStream } from './event-stream.js';

/** What is known of a request before its body is read. */
export interface RequestHead {
  /** In upper case. */
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  /** Names in lower case; a header that came more than once is a list. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** Where the connection comes from, where that is known. */
  readonly clientAddress?: string | undefined;
  /** SHA-256 of the certificate that the client has shown, base64url; tokens may be bound to it. */
  readonly clientCertificateThumbprint?: (() => string | undefined) | undefined;
  /** Aborts when the client has gone, and when `abort` is called. */
  readonly signal: AbortSignal;
  /** Stops what goes on for this request. */
  readonly abort: (reason: Error) => void;
}

/**
 * Reads the body, once.
 *
 * @returns `undefined` for more than `maxBytes`
 * @throws what the connection throws; `signal.reason`
 */
export type ReadBody = (maxBytes: number, signal: AbortSignal) => Promise<Uint8Array | undefined>;

/** What goes back. A body in pieces must be read to its end, or be told to `leave`: its run stops then. */
export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string | EventStream;
}

/** The only value of a header; `undefined` where there is none, or more than one. */
export function onlyHeader(head: RequestHead, name: string): string | undefined {
  const value = Object.hasOwn(head.headers, name) ? head.headers[name] : undefined;
  if (typeof value === 'string') return value;
  return value?.length === 1 ? value[0] : undefined;
}
