import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';

/** A real HTTP server on a free port of the loopback, for as long as it is in scope. */
export interface Loopback extends AsyncDisposable {
  readonly server: HttpServer;
  readonly url: string;
}

export async function loopback(listener: RequestListener): Promise<Loopback> {
  const server = createHttpServer(listener);
  const port = await listen(server);
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port of the loopback on which nobody listens. */
export async function refusedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
  return address.port;
}
