import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { event } from './event-stream.js';

/** A request as it arrived. */
export interface ArrivedRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly [field: string]: unknown };
}

/** A vendor's server on loopback. */
export interface VendorServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
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
      const text = Buffer.concat(pieces).toString();
      const request = { url, headers, body: text === '' ? {} : JSON.parse(text) };
      requests.push(request);
      answer(response, request);
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}`,
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

/** The frames of an answer that says `text`. */
export function textFrames(text: string): Uint8Array[] {
  return [
    event('messageStart', { role: 'assistant' }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }),
    event('contentBlockStop', { contentBlockIndex: 0 }),
    ...endFrames,
  ];
}

/** The end of a message, and its usage. */
export const endFrames: readonly Uint8Array[] = [
  event('messageStop', { stopReason: 'end_turn' }),
  event('metadata', { usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 }, metrics: { latencyMs: 1 } }),
];

/** A streamed answer of these frames; it stays open where `isOpen` says so. */
export function streamFrames(response: ServerResponse, frames: readonly Uint8Array[], isOpen = false): void {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'req-1' });
  response.write(Buffer.concat(frames));
  if (!isOpen) response.end();
}

/** A JSON answer. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'req-1', ...headers });
  response.end(JSON.stringify(body));
}

/** A whole answer that says `text`. */
export function converseAnswer(text: string): object {
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 },
    metrics: { latencyMs: 1 },
  };
}
