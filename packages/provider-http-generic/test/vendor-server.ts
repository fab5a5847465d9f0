import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface ArrivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed; empty where there was none. */
  readonly body: { readonly [field: string]: unknown };
}

/** A vendor's server on loopback. */
export interface VendorServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly requests: readonly ArrivedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
}

/** Starts a server that answers every request so. It is stopped when the test's `await using` ends. */
export async function vendorServer(
  answer: (response: ServerResponse, request: ArrivedRequest) => void,
): Promise<VendorServer> {
  const requests: ArrivedRequest[] = [];
  let connections = 0;
  const server = createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, url, headers, body: JSON.parse(Buffer.concat(pieces).toString() || '{}') };
      requests.push(request);
      answer(response, request);
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A JSON answer. */
export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
