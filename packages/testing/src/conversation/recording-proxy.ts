import { createServer, request as open, type IncomingMessage, type ServerResponse } from 'node:http';

import type { WireRequest } from '../conformance/vendor-wire.js';
import { listening } from '../loopback/listening.js';

/** A running proxy on loopback. */
export interface RecordingProxy extends AsyncDisposable {
  /** Without a slash at its end: `http://127.0.0.1:40123`. */
  readonly url: string;
  /** What came in so far, in order; a request is here when its body is whole. */
  readonly requests: readonly WireRequest[];
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/**
 * An HTTP proxy in front of a mock vendor that keeps each request as it was sent, byte for byte, and hands it on. Answers
 * pass through unchanged, streamed. It listens on a free port of 127.0.0.1.
 *
 * @param target for example `http://127.0.0.1:4010`
 */
export async function recordingProxy(target: string): Promise<RecordingProxy> {
  const requests: WireRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    handOn(incoming, outgoing, target, requests).catch((error: unknown) => outgoing.destroy(toError(error)));
  });
  const { port, close } = await listening(server);
  return { url: `http://127.0.0.1:${port}`, requests, close, [Symbol.asyncDispose]: close };
}

async function handOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string,
  requests: WireRequest[],
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer); // a request without an encoding gives bytes
  const body = Buffer.concat(pieces);
  const { method = 'GET', url = '/' } = incoming;
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  requests.push({ method, url, headers: Object.fromEntries(headers), body: body.toString('utf8') });

  const sent = open(new URL(url, target), { method, headers: { ...incoming.headers, host: new URL(target).host } });
  sent.once('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
    answer.once('error', (error) => outgoing.destroy(error));
  });
  sent.once('error', (error) => outgoing.destroy(error));
  outgoing.once('close', () => sent.destroy());
  sent.end(body);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
