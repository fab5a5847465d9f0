import type { ServerResponse } from 'node:http';

import type { WireRequest } from '../conformance/vendor-wire.js';
import { httpServer } from './http-server.js';
import type { LoopbackServerOptions } from './loopback-server-options.js';

/** A request as it arrived. */
export interface ArrivedRequest extends WireRequest {
  /** The body, parsed; `undefined` where it is no JSON. */
  readonly json: unknown;
}

/** An HTTP server on loopback, for a test of what sends requests. */
export interface LoopbackServer extends AsyncDisposable {
  /** Without a slash at its end: `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  /** What came in so far, in order; a request is here when its body is whole. */
  readonly requests: readonly ArrivedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Breaks off what is open and stops. */
  close(): Promise<void>;
}

/**
 * Starts a server on a free port of 127.0.0.1 that answers each request, once its body is whole, by `answer`: what it does
 * to the response happens, also nothing at all, for a server that hangs. Where it throws, the connection breaks off.
 */
export async function loopbackServer(
  answer: (response: ServerResponse, request: ArrivedRequest) => void | Promise<void>,
  options: LoopbackServerOptions = {},
): Promise<LoopbackServer> {
  const requests: ArrivedRequest[] = [];
  const server = await httpServer((response, arrived) => {
    const request = { ...arrived, json: parsed(arrived.body) };
    requests.push(request);
    return answer(response, request);
  }, options.tls);
  const { url, port, close } = server;
  return {
    url,
    port,
    requests,
    get connections() {
      return server.connections();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Answers with JSON. `headers` may replace the content type. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: { readonly [name: string]: string } = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // no JSON: `body` has it as it came
  }
}
