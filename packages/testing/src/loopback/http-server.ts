import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import type { CertifiedKey } from '../certificates/certificate-authority.js';
import type { WireRequest } from '../conformance/vendor-wire.js';
import { listening, type Listening } from './listening.js';

/** An HTTP server on loopback that keeps nothing of what it was asked. */
export interface HttpServer extends Listening {
  /** Without a slash at its end. */
  readonly url: string;
  /** Connections accepted so far. */
  readonly connections: () => number;
}

/** Starts a server that answers each request, once its body is whole. Where `answer` throws, the connection breaks off. */
export async function httpServer(
  answer: (response: ServerResponse, request: WireRequest) => void | Promise<void>,
  tls: CertifiedKey | undefined,
): Promise<HttpServer> {
  let connections = 0;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined); // the client has left
    await answer(response, await arrived(incoming));
  }
  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    serve(incoming, response).catch(() => incoming.socket.destroy()); // the client sees a connection that broke
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  server.on('connection', () => connections++);
  const { port, close } = await listening(server);
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return { url, port, connections: () => connections, close };
}

async function arrived(incoming: IncomingMessage): Promise<WireRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer); // a request without an encoding gives bytes
  const { method = '', url = '' } = incoming;
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return { method, url, headers: Object.fromEntries(headers), body: Buffer.concat(pieces).toString() };
}
