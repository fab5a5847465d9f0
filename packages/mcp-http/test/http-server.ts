import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { onTestFinished } from 'vitest';

/** A message as it stands on the wire. */
export interface Rpc {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly [name: string]: unknown };
  readonly result?: unknown;
}

/** A request as the server got it. */
export interface Seen {
  readonly http: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Rpc | undefined;
}

/** Answers a request itself, or leaves it (`false`) to what a well-behaved server does. */
export type Behaviour = (seen: Seen, response: ServerResponse, server: HttpServer) => boolean | Promise<boolean>;

/** What a server of revision 2025-11-25 with tools says of itself. */
export const initialized = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: { listChanged: true } },
  serverInfo: { name: 'scripted', version: '1' },
};

/** An MCP server over Streamable HTTP that behaves as it is told. */
export class HttpServer {
  readonly #http: Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<string>();
  #next = 0;
  /** What the client sent, in order. */
  readonly seen: Seen[] = [];

  constructor(behaviour: Behaviour = () => false) {
    this.#http = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        const body = text === '' ? undefined : (JSON.parse(text) as Rpc); // our own client sends nothing else
        const seen = { http: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
        this.seen.push(seen);
        void Promise.resolve(behaviour(seen, response, this)).then((isDone) => isDone || this.#answer(seen, response));
      });
      request.on('error', () => undefined);
    });
    this.#http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    });
  }

  /** Listens on a free port, or on the one given, until the test is over. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#http.listen(port, '127.0.0.1', resolve);
    });
    onTestFinished(() => this.stop());
    return this.url;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port; // it listens on a port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/mcp`;
  }

  /** How many connections there are. */
  get sockets(): number {
    return this.#sockets.size;
  }

  /** The names of the methods that were called, notifications included. */
  get methods(): readonly (string | undefined)[] {
    return this.seen.filter(({ http }) => http === 'POST').map(({ body }) => body?.method);
  }

  /** Forgets every session, as a server does that was started anew. */
  forget(): void {
    this.#sessions.clear();
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Breaks every connection, and takes no more. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
    this.cut();
    await closed;
  }

  #answer({ http, headers, body }: Seen, response: ServerResponse): void {
    const session = headers['mcp-session-id'];
    if (body?.method === 'initialize') {
      const fresh = `session-${this.#next++}`;
      this.#sessions.add(fresh);
      json(response, { id: body.id, result: initialized }, { 'mcp-session-id': fresh });
    } else if (typeof session !== 'string') {
      json(response, { id: body?.id, error: { code: -32_000, message: 'no session' } }, {}, 400);
    } else if (!this.#sessions.has(session)) {
      response.writeHead(404).end();
    } else if (http === 'DELETE') {
      this.#sessions.delete(session);
      response.writeHead(204).end();
    } else if (http === 'GET') {
      response.writeHead(405).end();
    } else if (body?.id === undefined || body.method === undefined) {
      response.writeHead(202).end();
    } else {
      json(response, { id: body.id, ...resultOf(body) });
    }
  }
}

function resultOf({ method, params }: Rpc): object {
  switch (method) {
    case 'tools/list':
      return { result: { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] } };
    case 'tools/call':
      return { result: { content: [{ type: 'text', text: JSON.stringify(params?.['arguments']) }] } };
    default:
      return { error: { code: -32_601, message: 'Method not found' } };
  }
}

/** Answers with one JSON-RPC message. */
export function json(response: ServerResponse, message: object, headers: object = {}, status = 200): true {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  return true;
}

/** Begins a stream of events. @returns a function that sends a message as one, with an id where one is given */
export function events(response: ServerResponse): (message: object | undefined, id?: string) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  return (message, id) => {
    const data = message === undefined ? '' : JSON.stringify({ jsonrpc: '2.0', ...message });
    response.write(`${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`);
  };
}

/** A tool's answer. */
export function textResult(text: string): object {
  return { content: [{ type: 'text', text }] };
}
