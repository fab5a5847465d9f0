import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import type { UpstreamFault, UpstreamSubject } from './authenticator-under-test.js';

/** What an upstream answers when nothing is wrong. */
export interface UpstreamAnswer {
  /** @defaultValue 200 */
  readonly status?: number | undefined;
  /** Sent as JSON. */
  readonly body: object;
}

/** Options of a server. */
export interface UpstreamServerOptions {
  /** Certificate and key in PEM: it speaks https. @defaultValue http */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** A server on loopback that can fail in each way that the suite asks for. */
export interface UpstreamServer extends Pick<UpstreamSubject, 'requests' | 'fail'> {
  /** For example `http://127.0.0.1:4711`, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Where a redirect leads: the right answer is there, whatever the fault. */
const elsewhere = '/elsewhere';

/** How much longer a huge answer is. */
const hugeBytes = 100 * 1_048_576;

/** Starts a server on a free port of loopback that answers by `answer`, until it is told to fail. */
export async function upstreamServer(
  answer: (request: { readonly method: string; readonly path: string; readonly body: string }) => UpstreamAnswer,
  options: UpstreamServerOptions = {},
): Promise<UpstreamServer> {
  const { tls } = options;
  let requests = 0;
  let fault: UpstreamFault | undefined;
  const waiting = new Set<() => void>();

  const untilReleased = (): Promise<void> => new Promise((resolve) => waiting.add(resolve));

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = incoming;
    const body = await readBody(incoming);
    requests++;
    const { status = 200, body: right } = answer({ method, path, body });
    if (fault === 'hangs') await untilReleased();
    if (path.startsWith(elsewhere)) return sendJson(response, status, right);
    switch (fault) {
      case undefined:
      case 'hangs':
        return sendJson(response, status, right);
      case 'refused':
        return void incoming.socket.destroy();
      case 'error':
        return sendJson(response, 500, { error: 'server_error' });
      case 'redirect':
        return void response.writeHead(302, { location: elsewhere + path }).end();
      case 'garbage':
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in</html>');
      case 'lies':
        return sendJson(response, 200, { keys: 'all', active: 'true', data: 'yes', auth: [] });
      case 'stalls':
        return sendHalves(response, status, JSON.stringify(right), untilReleased());
      case 'huge':
        return sendHuge(response, status, JSON.stringify(right));
    }
  }

  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    serve(incoming, response).catch(() => incoming.socket.destroy()); // the client has left
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  const release = (): void => {
    for (const go of waiting) go();
    waiting.clear();
  };
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests: () => requests,
    fail(next) {
      fault = next;
      if (next !== 'hangs' && next !== 'stalls') release();
    },
    close: () =>
      new Promise((resolve) => {
        release();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // no encoding is set: they are buffers
  return Buffer.concat(chunks).toString();
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function sendHalves(response: ServerResponse, status: number, json: string, goOn: Promise<void>): Promise<void> {
  const middle = json.length >> 1;
  response.writeHead(status, { 'content-type': 'application/json' }).write(json.slice(0, middle));
  await goOn;
  response.end(json.slice(middle));
}

/** JSON may have blanks in front: only its length is wrong. */
async function sendHuge(response: ServerResponse, status: number, json: string): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json' });
  const blanks = Buffer.alloc(65_536, ' ');
  for (let sent = 0; sent < hugeBytes; sent += blanks.length) {
    if (response.destroyed) return;
    if (!response.write(blanks)) await drained(response);
  }
  response.end(json);
}

/** Waits until more can be written, or nobody listens any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
