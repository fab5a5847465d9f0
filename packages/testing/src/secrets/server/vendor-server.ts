import type { ServerResponse } from 'node:http';

import { drained } from '../../loopback/drained.js';
import { httpServer } from '../../loopback/http-server.js';
import type { LoopbackServerOptions } from '../../loopback/loopback-server-options.js';

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
export interface VendorServerOptions extends LoopbackServerOptions {
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

  const server = await httpServer(async (response, { method, url, headers, body }) => {
    const request = { method, url: new URL(url, 'http://vendor.invalid'), headers, body };
    requests.push(request);
    const given = fault?.(request) ?? (await answer(request));
    if (given === 'hang') return;
    if (given === 'reset') response.destroy();
    else await send(given, response);
  }, tls);
  return {
    url: server.url.replace('127.0.0.1', host),
    requests,
    intercept(next) {
      fault = next;
    },
    close: server.close,
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
