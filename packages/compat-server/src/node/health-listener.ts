import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import type { OpenAIService } from '../http/openai-service.js';
import { listeningUrl } from './listening-url.js';

/** Where probes of health are answered. */
export interface HealthListenerOptions {
  readonly host: string;
  readonly port: number;
}

/** A listener for probes. */
export interface HealthListener {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Probes are short and few. */
const mostConnections = 256;
const timeoutMs = 5_000;

/**
 * Answers `/healthz` and `/readyz`, and nothing else, over plain HTTP.
 *
 * @throws what the platform throws where the address is taken
 */
export async function healthListener(
  service: OpenAIService,
  { host, port }: HealthListenerOptions,
): Promise<HealthListener> {
  const server = createServer(
    { headersTimeout: timeoutMs, requestTimeout: timeoutMs, maxHeaderSize: 16_384 },
    (request, response) => void answer(request, response, service),
  );
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    url: listeningUrl(server, 'http'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, service: OpenAIService): Promise<void> {
  const { method = 'GET', url = '/', headersDistinct: headers } = request;
  if (method !== 'GET' || (url !== '/healthz' && url !== '/readyz')) {
    response.writeHead(404, { 'content-length': 0, connection: 'close' }).end(); // a body that may follow is not read
    return;
  }
  const { signal } = new AbortController(); // nothing goes on that could be stopped
  const reply = await service.open({ method, url, headers, signal, abort: () => undefined }, url);
  if ('answer' in reply || typeof reply.body !== 'string') response.writeHead(500).end();
  else response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
}
