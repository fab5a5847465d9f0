import { TakoError } from '@tako/core';
import { transportError } from '@tako/core/provider';
import { readHeaders, type HeadersOption } from '@tako/mcp/transport';

import { boundedBody } from './bounded-body.js';

/** The part of the platform's `fetch` that is needed. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** What requests are sent with. */
export interface GuardedFetchOptions {
  /** Names the server in errors. */
  readonly source: string;
  readonly url: URL;
  readonly headers: HeadersOption;
  readonly maxMessageBytes: number;
  readonly send: Fetch;
  /** Hears the values of headers, which must not show. */
  readonly onSecrets: (values: Iterable<string>) => void;
  /** The whole session is over, and why. */
  readonly onEnd: (failure: () => TakoError) => void;
}

/**
 * A `fetch` for the SDK's transports: it adds the user's headers to requests to the server's own origin and to no other,
 * follows no redirect (the SDK does, within the origin), bounds what comes back, and tells when the session is over.
 */
export function guardedFetch(options: GuardedFetchOptions): Fetch {
  const { source, url: server, headers: given, maxMessageBytes, send, onSecrets, onEnd } = options;

  const tooLong = (): TakoError => {
    const problem = `sent a message of more than ${maxMessageBytes} bytes (maxMessageBytes)`;
    return new TakoError('transport', `${source}: the server ${problem}`, { source });
  };

  async function sent(url: string | URL, init: RequestInit): Promise<Response> {
    try {
      return await send(url, init);
    } catch (error) {
      const failure = transportError(error, source);
      if (init.signal?.aborted !== true && isNobodyThere(failure)) {
        const details = { ...failure.details, unreachable: true };
        onEnd(() => new TakoError('transport', failure.message, { source, cause: error, details }));
      }
      throw error;
    }
  }

  return async (url, init = {}) => {
    const address = new URL(url);
    if (address.origin !== server.origin) {
      return boundedBody(await send(address, { ...init, redirect: 'manual' }), maxMessageBytes, tooLong);
    }
    const headers = new Headers(init.headers);
    const values = await readHeaders(given, { source, environment: process.env });
    onSecrets(values.values());
    // What the SDK has set, tokens of the provider's included, counts.
    for (const [name, value] of values) if (!headers.has(name)) headers.set(name, value);
    const response = await sent(address, { ...init, headers, redirect: 'manual' });
    if (headers.has('mcp-session-id') && (await isForgotten(response))) {
      const failure = (): TakoError => forgotten(source);
      // A stream that cannot be opened again has nobody who hears of it.
      if (init.method === 'GET') onEnd(failure);
      if (init.method === 'POST')
        throw new TakoError('transport', failure().message, { source, details: { unsent: true } });
    }
    return boundedBody(response, maxMessageBytes, () => {
      onEnd(tooLong);
      return tooLong();
    });
  };
}

/** The server's machine says that nothing listens, or there is no such machine. */
function isNobodyThere(failure: TakoError): boolean {
  const code = failure.details?.['platformCode'];
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

/**
 * Whether the server does not know the session any more: it answers 404, or, where it was written before the protocol said
 * so, 400 with a word about sessions.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management (read 2026-11-23)
 */
async function isForgotten(response: Response): Promise<boolean> {
  if (response.status !== 400) return response.status === 404;
  return /session/i.test(await beginning(response.clone()));
}

/** As much of a body as an error needs. */
async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > 4_096) break;
  }
  return text;
}

function forgotten(source: string): TakoError {
  return new TakoError('transport', `${source}: the server does not know the session any more`, { source });
}
