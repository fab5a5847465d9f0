import { createServer, type RequestListener } from 'node:http';

import { listen } from './listen.js';

/** A listener for probes. */
export interface HealthListener {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Probes are short and few. */
const mostConnections = 256;
const timeoutMs = 5_000;

/**
 * Lets `handle` answer `/healthz` and `/readyz` over plain HTTP, and nothing else.
 *
 * @throws with the address, where it is taken
 */
export async function healthListener(host: string, port: number, handle: RequestListener): Promise<HealthListener> {
  const server = createServer(
    { headersTimeout: timeoutMs, requestTimeout: timeoutMs, maxHeaderSize: 16_384 },
    (request, response) => {
      const { method, url } = request;
      if (method === 'GET' && (url === '/healthz' || url === '/readyz')) handle(request, response);
      else response.writeHead(404, { 'content-length': 0, connection: 'close' }).end(); // a body that may follow is not read
    },
  );
  server.maxConnections = mostConnections;
  const url = await listen(server, host, port, false, 'server.health.port: 0 takes one that is free');
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
