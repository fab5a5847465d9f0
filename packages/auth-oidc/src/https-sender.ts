import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

import { isTakoError, providerError } from '@tako/core';
import { transportError } from '@tako/core/provider';

import type { ClientIdentity } from './mtls/client-identity.js';
import type { TrustedRoots } from './trusted-roots.js';

/** What a request to the identity provider is made of. */
interface HttpsRequest {
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A `fetch` for https alone, that follows no redirect. */
export type HttpsFetch = (url: string, init: HttpsRequest) => Promise<Response>;

/** What connections to the identity provider are made with. */
export interface HttpsSenderOptions {
  readonly source: string;
  readonly roots: TrustedRoots;
  readonly identity?: ClientIdentity | undefined;
  /** Whether connections are kept for further requests. */
  readonly keepAlive: boolean;
  /** A longer answer is refused. */
  readonly maxBytes: number;
}

/** Connections that share an identity. */
interface Lane {
  readonly agent: Agent;
  readonly identity: ClientIdentity | undefined;
  inFlight: number;
  retired: boolean;
}

/** A storm of tokens is no storm of connections: the rest waits, no longer than its time limit. */
const maxSockets = 100;

/** Statuses whose answer a `Response` allows no body for. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Sends over `node:https`, because the platform's `fetch` takes neither a certificate authority nor a client certificate.
 *
 * The identity can be replaced at any time. A request keeps the one that it began with, certificate, key and connection: no
 * request sees half of one and half of the other.
 */
export class HttpsSender {
  readonly #options: HttpsSenderOptions;
  #lane: Lane;
  #closed = false;

  constructor(options: HttpsSenderOptions) {
    this.#options = options;
    this.#lane = this.#open(options.identity);
  }

  /** The identity of requests that begin now. */
  get identity(): ClientIdentity | undefined {
    return this.#lane.identity;
  }

  /** Requests that begin from now on use `identity`; the connections of the old one are closed when its last request has ended. */
  replaceIdentity(identity: ClientIdentity): void {
    if (this.#closed) return;
    const lane = this.#open(identity); // throws before anything has changed
    const old = this.#lane;
    this.#lane = lane;
    retire(old);
  }

  /** Closes all connections. Requests under way fail with `transport`. */
  close(): void {
    this.#closed = true;
    this.#lane.agent.destroy();
  }

  /** @throws `transport` when no answer comes or it is too long; `signal.reason` when that aborts. */
  readonly fetch: HttpsFetch = async (url, init) => {
    init.signal?.throwIfAborted();
    const { source, maxBytes } = this.#options;
    const refused = (why: string): Error => providerError('transport', `${source}: ${why}`, { source });
    if (this.#closed) throw refused('it has been closed');
    if (URL.parse(url)?.protocol !== 'https:') {
      throw refused('the identity provider named an address that is not https');
    }
    const lane = this.#lane;
    lane.inFlight++;
    try {
      const { response, body } = await sendAgainIfStale(url, init, lane.agent, maxBytes);
      if (body === undefined) throw refused(`an answer of the identity provider is longer than ${maxBytes} bytes`);
      return toResponse(response, body);
    } catch (error) {
      init.signal?.throwIfAborted();
      if (isTakoError(error)) throw error;
      throw transportError(error, source);
    } finally {
      lane.inFlight--;
      if (lane.retired) retire(lane);
    }
  };

  #open(identity: ClientIdentity | undefined): Lane {
    const { roots, keepAlive } = this.#options;
    const secureContext = roots.context(identity);
    return { agent: new Agent({ keepAlive, maxSockets, secureContext }), identity, inFlight: 0, retired: false };
  }
}

/** `destroy` ends requests under way too, so it waits for the last one. */
function retire(lane: Lane): void {
  lane.retired = true;
  if (lane.inFlight === 0) lane.agent.destroy();
}

interface Answer {
  readonly response: IncomingMessage;
  /** `undefined`: too long. */
  readonly body: Buffer | undefined;
}

/**
 * A connection that was kept open may be closed by the other side just when it is used again, before anything was answered:
 * then the request goes out on the next one. Source: https://nodejs.org/api/http.html#requestreusedsocket (read 2026-11-23).
 */
async function sendAgainIfStale(url: string, init: HttpsRequest, agent: Agent, maxBytes: number): Promise<Answer> {
  for (;;) {
    const state = { isReused: false, isAnswered: false };
    try {
      return await send(url, init, agent, maxBytes, state);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      const isReset = code === 'ECONNRESET' || code === 'EPIPE';
      if (!isReset || !state.isReused || state.isAnswered || init.signal?.aborted === true) throw error;
    }
  }
}

async function send(
  url: string,
  { method, headers, body, signal }: HttpsRequest,
  agent: Agent,
  maxBytes: number,
  state: { isReused: boolean; isAnswered: boolean },
): Promise<Answer> {
  return await new Promise<Answer>((resolve, reject) => {
    const sent = request(url, { method, headers, agent, ...(signal === undefined ? {} : { signal }) }, (response) => {
      state.isAnswered = true;
      readBody(response, maxBytes).then((read) => resolve({ response, body: read }), reject);
    });
    sent.on('error', (error) => {
      state.isReused = sent.reusedSocket;
      reject(error);
    });
    sent.end(body);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Buffers: no encoding is set on the answer. Leaving the loop closes the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toResponse({ statusCode: status = 0, headersDistinct }: IncomingMessage, body: Buffer): Response {
  const headers = Object.entries(headersDistinct).map(([name, values = []]): [string, string] => [
    name,
    values.join(', '),
  ]);
  return new Response(bodiless.has(status) ? null : new Uint8Array(body), { status, headers });
}
