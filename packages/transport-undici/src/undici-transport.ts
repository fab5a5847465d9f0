import type { HttpRequest, HttpResponse, HttpTransport, TakoError } from '@tako/core';
import { invalidOptions } from '@tako/core/provider';

import { AnswerHandler } from './answer-handler.js';
import { Dispatchers } from './dispatchers.js';
import { checkOptions, type UndiciTransportOptions } from './options.js';

/** An `HttpTransport` that keeps connections, and must be closed. */
export interface UndiciTransport extends HttpTransport, AsyncDisposable {
  /** Breaks off what is still under way, and closes all connections. What is sent afterwards is refused with `invalid`. */
  close(): Promise<void>;
}

const source = 'undiciTransport';

/**
 * A transport for servers, on undici's pools: connections that are used again, TLS with your own authority and client
 * certificate, a proxy, HTTP/2, and limits. One transport is meant to be shared by all providers of a process.
 *
 * ```ts
 * const transport = undiciTransport({ keepAliveMs: 60_000 });
 * const model = openai({ model: 'gpt-5-mini', transport });
 * ```
 *
 * It follows no redirect, tries nothing twice, asks for uncompressed answers, and reads nothing of the environment. Errors are
 * undici's own, with its codes.
 *
 * @throws `invalid` for options that cannot be meant: half of a certificate and key, PEM that cannot be read, a bad proxy
 */
export function undiciTransport(options: UndiciTransportOptions = {}): UndiciTransport {
  const dispatchers = new Dispatchers(checkOptions(options));
  let isClosed = false;

  const close = (): Promise<void> => {
    isClosed = true;
    return dispatchers.destroy();
  };

  return {
    async send({ method, url, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
      signal.throwIfAborted();
      if (isClosed) throw invalidOptions(source, 'it is closed');
      const { origin, path } = readUrl(url);
      const dispatcher = dispatchers.to(origin);
      const request = { origin, path, method, headers: { ...alwaysSent, ...headers }, body: body ?? null };
      return new Promise((resolve, reject) => {
        const handler = new AnswerHandler(signal, { resolve, reject: (error) => reject(refusedByUs(error) ?? error) });
        try {
          dispatcher.dispatch(request, handler);
        } catch (error) {
          handler.onResponseError(undefined, error);
        }
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Some firewalls refuse requests that name no agent. */
const alwaysSent = { 'accept-encoding': 'identity', 'user-agent': 'tako' };

function readUrl(text: string): { readonly origin: string; readonly path: string } {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw invalidOptions(source, 'the URL must begin with https:// or http://');
  }
  if (url.username !== '' || url.password !== '') throw invalidOptions(source, 'the URL holds a user name or password');
  return { origin: url.origin, path: url.pathname + url.search };
}

/** The error for what undici does not even send; its own is no failure of a connection, though core would take it for one. */
function refusedByUs(error: unknown): TakoError | undefined {
  const isArgument = error instanceof Error && 'code' in error && error.code === 'UND_ERR_INVALID_ARG';
  return isArgument ? invalidOptions(source, 'a header or the URL holds what HTTP cannot carry') : undefined;
}
