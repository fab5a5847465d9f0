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

/** One event of a stream. */
function frame(event: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The events of an answer that says `text`. */
export function spoken(text: string): string {
  return [
    { type: 'message_start', message: { id: 'msg_1', model: 'm1', usage: { input_tokens: 3, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ]
    .map(frame)
    .join('');
}

/** A streamed answer that says `text`. */
export function streamText(
  response: ServerResponse,
  text = 'Hi',
  headers: { readonly [name: string]: string } = { 'request-id': 'req_1' },
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.end(spoken(text));
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

/** A whole answer that says `text`. */
export function message(text: string): object {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm1',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 3, output_tokens: 2 },
  };
}
