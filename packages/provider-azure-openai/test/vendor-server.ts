import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface ArrivedRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly [field: string]: unknown };
}

/** A vendor's server on loopback. */
export interface VendorServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly endpoint: string;
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
      const { url = '', headers } = incoming;
      const request = { url, headers, body: JSON.parse(Buffer.concat(pieces).toString()) };
      requests.push(request);
      answer(response, request);
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    endpoint: `http://127.0.0.1:${port}`,
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

/** A streamed answer that says `text`. */
export function streamText(response: ServerResponse, text = 'Hi'): void {
  const frame = (choice: object): string =>
    `data: ${JSON.stringify({ id: 'c1', choices: [{ index: 0, ...choice }] })}\n\n`;
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'apim-request-id': 'req_1',
    'x-request-id': 'inner_1',
  });
  response.write(frame({ delta: { content: text } }));
  response.write(frame({ delta: {}, finish_reason: 'stop' }));
  response.end('data: [DONE]\n\n');
}

/** A JSON answer. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A whole completion that says `text`. */
export function completion(text: string): object {
  return {
    id: 'c1',
    model: 'm1',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  };
}
