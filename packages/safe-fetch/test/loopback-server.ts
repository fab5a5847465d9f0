import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A real server on a free port of the loopback, stopped when it goes out of scope. */
export interface LoopbackServer extends AsyncDisposable {
  readonly port: number;
  /** How many connections were accepted. */
  readonly connections: number;
  /** Resolves when every connection so far is closed. */
  readonly allClosed: () => Promise<void>;
}

export function httpServer(listener: RequestListener, port?: number, host?: string): Promise<LoopbackServer> {
  return started(createHttpServer(listener), port, host);
}

export function httpsServer(
  listener: RequestListener,
  { key, cert }: { readonly key: string; readonly cert: string },
): Promise<LoopbackServer> {
  return started(createHttpsServer({ key, cert }, listener));
}

/** A server that speaks whatever `onConnection` makes it say. */
export function tcpServer(onConnection: (socket: Socket) => void): Promise<LoopbackServer> {
  return started(createServer(onConnection));
}

async function started(server: Server, port = 0, host = '127.0.0.1'): Promise<LoopbackServer> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    port: address.port,
    get connections() {
      return connections;
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
