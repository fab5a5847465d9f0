import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A real server on a free port of the loopback, stopped when it goes out of scope. */
export interface LoopbackServer extends AsyncDisposable {
  readonly port: number;
  /** How many connections were accepted. */
  readonly connections: number;
  readonly openConnections: number;
  /** Resolves when every connection so far is closed. */
  readonly allClosed: () => Promise<void>;
}

export function httpServer(listener: RequestListener): Promise<LoopbackServer> {
  return started(createHttpServer(listener));
}

export function httpsServer(listener: RequestListener, tls: ServerOptions): Promise<LoopbackServer> {
  return started(createHttpsServer(tls, listener));
}

export function http2Server(
  listener: (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  tls: { readonly key: string; readonly cert: string },
  { allowHTTP1 = false }: { readonly allowHTTP1?: boolean } = {},
): Promise<LoopbackServer> {
  return started(createSecureServer({ ...tls, allowHTTP1 }, listener));
}

/** A server that speaks whatever `onConnection` makes it say. */
export function tcpServer(onConnection: (socket: Socket) => void): Promise<LoopbackServer> {
  return started(createServer(onConnection));
}

export async function started(server: Server): Promise<LoopbackServer> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    get openConnections() {
      return open.size;
    },
    async allClosed() {
      await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
