import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a fake was asked. */
export interface VendorRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a fake answers. */
export interface VendorAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** An object is sent as JSON; chunks are sent for as long as there are any and somebody listens. */
  readonly body?: string | object | AsyncIterable<string> | undefined;
}

/** `hang` never answers; `reset` breaks the connection off. */
export type VendorFault = VendorAnswer | 'hang' | 'reset';

/** A fake of a vendor's server on loopback. */
export interface VendorServer {
  /** For example `http://127.0.0.1:4711`, without a slash at its end. */
  readonly url: string;
  /** All requests that came, the oldest first, those that met a fault included. */
  readonly requests: readonly VendorRequest[];
  /** What stands between the fake and its clients: where it gives something, that is the answer. `undefined` takes it away. */
  intercept(fault: ((request: VendorRequest) => VendorFault | undefined) | undefined): void;
  /** Breaks off what is open and stops. */
  close(): Promise<void>;
}

/** Options of a fake's server. */
export interface VendorServerOptions {
  /** Certificate and key in PEM: the fake speaks https. @defaultValue http */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** The name in `url`. @defaultValue `127.0.0.1` */
  readonly host?: string | undefined;
}

/** Starts a server on a free port of loopback that answers by `answer`. */
export async function vendorServer(
  answer: (request: VendorRequest) => VendorAnswer | Promise<VendorAnswer>,
  options: VendorServerOptions = {},
): Promise<VendorServer> {
  const { tls, host = '127.0.0.1' } = options;
  const requests: VendorRequest[] = [];
  let fault: ((request: VendorRequest) => VendorFault | undefined) | undefined;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    requests.push(request);
    const given = fault?.(request) ?? (await answer(request));
    if (given === 'hang') return;
    if (given === 'reset') {
      incoming.socket.destroy();
      return;
    }
    await send(given, response);
  }

  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    serve(incoming, response).catch(() => incoming.socket.destroy()); // the client has left, or the fake has a fault
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    requests,
    intercept(next) {
      fault = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<VendorRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // no encoding is set: they are buffers
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : `${value}`,
    ]),
  );
  return {
    method: incoming.method ?? '',
    url: new URL(incoming.url ?? '/', 'http://vendor.invalid'),
    headers,
    body: Buffer.concat(chunks).toString(),
  };
}

async function send({ status, headers = {}, body = '' }: VendorAnswer, response: ServerResponse): Promise<void> {
  if (typeof body === 'object' && Symbol.asyncIterator in body) {
    response.writeHead(status, { ...headers });
    for await (const chunk of body) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
    return;
  }
  const isJson = typeof body === 'object';
  response.writeHead(status, isJson ? { 'content-type': 'application/json', ...headers } : { ...headers });
  response.end(isJson ? JSON.stringify(body) : body);
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
