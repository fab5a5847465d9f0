import type { ServerResponse } from 'node:http';

import { loopbackServer } from '../../loopback/loopback-server.js';
import type { WireRequest } from '../vendor-wire.js';
import { within } from './expectation.js';

/** One request and the answer to it, in the hands of a script. */
export interface Exchange {
  readonly request: WireRequest;
  /** Sends status and headers at once. */
  head(status: number, headers: { readonly [name: string]: string }): void;
  /** Sends bytes. Resolves when they are on their way; does nothing once the client has gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the answer in good order. */
  end(): void;
  /** Ends the connection in the middle of the answer (FIN). */
  cut(): void;
  /** Resets the connection (RST). */
  reset(): void;
  /** Whether the client is still there and the answer not at its end. */
  readonly open: boolean;
  /** Resolves when the answer is at its end or the client has gone. */
  readonly closed: Promise<void>;
}

/** Answers one request. */
export type VendorScript = (exchange: Exchange) => void | Promise<void>;

/** A vendor's server on loopback that answers as its scripts say. */
export interface MockVendor {
  /** `http://127.0.0.1:<port>` */
  readonly baseUrl: string;
  readonly port: number;
  /** What arrived so far, in order. */
  readonly requests: readonly WireRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** The exchange of request `at`, counted from 0, as soon as it has arrived. */
  exchange(at: number): Promise<Exchange>;
  close(): Promise<void>;
}

/** How long a request that a case waits for may take to arrive, in milliseconds. */
const arrivalMs = 5_000;

/** Starts a vendor. Each request is answered by the next script, once they are used up by the last one. */
export async function mockVendor(scripts: readonly VendorScript[]): Promise<MockVendor> {
  const exchanges: Exchange[] = [];
  const waiting = new Map<number, (exchange: Exchange) => void>();
  const server = await loopbackServer(async (response, request) => {
    const exchange = exchangeOf(request, response);
    const at = exchanges.push(exchange) - 1;
    waiting.get(at)?.(exchange);
    await (scripts[at] ?? scripts.at(-1))?.(exchange);
  });

  return {
    baseUrl: server.url,
    port: server.port,
    requests: server.requests,
    get connections() {
      return server.connections;
    },
    exchange(at) {
      const arrived = exchanges[at];
      if (arrived !== undefined) return Promise.resolve(arrived);
      const arriving = new Promise<Exchange>((resolve) => void waiting.set(at, resolve));
      return within(arrivalMs, arriving, `request ${at + 1} arrives at the vendor`);
    },
    close: () => server.close(),
  };
}

function exchangeOf(request: WireRequest, response: ServerResponse): Exchange {
  const closed = new Promise<void>((resolve) => {
    response.once('close', resolve);
  });
  const isOpen = (): boolean => !response.destroyed && !response.writableEnded;
  return {
    request,
    head(status, headers) {
      response.writeHead(status, headers);
      response.flushHeaders();
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (isOpen()) response.write(bytes, () => resolve());
        else resolve();
      }),
    end: () => void response.end(),
    cut: () => void response.socket?.end(),
    reset: () => void response.socket?.resetAndDestroy(),
    get open() {
      return isOpen();
    },
    closed,
  };
}
