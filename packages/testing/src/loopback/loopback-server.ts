import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import type { WireRequest } from '../conformance/vendor-wire.js';
import { listening } from './listening.js';

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

/** Options of `loopbackServer`. */
export interface LoopbackServerOptions {
  /** Key and certificate in PEM form: the server speaks https. @defaultValue http */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

/**
 * Starts a server on a free port of 127.0.0.1 that answers each request, once its body is whole, by `answer`: what it does
 * to the response happens, also nothing at all, for a server that hangs. Where it throws, the connection breaks off.
 */
export async function loopbackServer(
  answer: (response: ServerResponse, request: ArrivedRequest) => void | Promise<void>,
  options: LoopbackServerOptions = {},
): Promise<LoopbackServer> {
  const { tls } = options;
  const requests: ArrivedRequest[] = [];
  let connections = 0;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined); // the client has left
    const request = await arrived(incoming);
    requests.push(request);
    await answer(response, request);
  }
  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    serve(incoming, response).catch(() => incoming.socket.destroy()); // the client sees a connection that broke
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  server.on('connection', () => connections++);
  const { port, close } = await listening(server);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections;
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

async function arrived(incoming: IncomingMessage): Promise<ArrivedRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer); // a request without an encoding gives bytes
  const { method = '', url = '' } = incoming;
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  const body = Buffer.concat(pieces).toString();
  return { method, url, headers: Object.fromEntries(headers), body, json: parsed(body) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // no JSON: `body` has it as it came
  }
}
