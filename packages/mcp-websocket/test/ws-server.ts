import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

/** A message as it stands on the wire. */
export interface Rpc {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly [name: string]: unknown };
  readonly result?: unknown;
}

/** Answers a message itself, or leaves it (`false`) to what a well-behaved server does. */
export type Behaviour = (message: Rpc, socket: WebSocket, server: WsServer) => boolean;

/** What a server is started with. */
export interface WsServerOptions {
  readonly behaviour?: Behaviour;
  /** For `wss://`. */
  readonly tls?: ServerOptions;
  /** Chooses a sub-protocol. */
  readonly choose?: (offered: ReadonlySet<string>) => string | false;
  /** Does not answer pings. */
  readonly isSilent?: boolean;
}

/** An MCP server over WebSocket that behaves as it is told. */
export class WsServer {
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #isTls: boolean;
  /** What the client sent, in order, on all connections. */
  readonly seen: Rpc[] = [];
  /** The handshakes. */
  readonly handshakes: IncomingMessage[] = [];
  pings = 0;

  constructor({ behaviour = () => false, tls, choose, isSilent = false }: WsServerOptions = {}) {
    this.#isTls = tls !== undefined;
    this.#http = tls === undefined ? createHttpServer() : createHttpsServer(tls);
    this.#sockets = new WebSocketServer({
      server: this.#http,
      autoPong: !isSilent,
      ...(choose !== undefined && { handleProtocols: choose }),
    });
    this.#sockets.on('connection', (socket, request) => {
      this.handshakes.push(request);
      socket.on('error', () => undefined);
      socket.on('ping', () => this.pings++);
      socket.on('message', (data) => {
        const message = JSON.parse(new TextDecoder().decode(Array.isArray(data) ? Buffer.concat(data) : data)) as Rpc; // our own client sends nothing else
        this.seen.push(message);
        if (!behaviour(message, socket, this)) answer(socket, message);
      });
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
    return `${this.#isTls ? 'wss' : 'ws'}://127.0.0.1:${this.port}/message`;
  }

  /** The names of the methods that were called, notifications included. */
  get methods(): readonly (string | undefined)[] {
    return this.seen.map(({ method }) => method);
  }

  /** How many connections there are. */
  get sockets(): number {
    return this.#sockets.clients.size;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  /** Breaks every connection, and takes no more. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
    this.cut();
    this.#http.closeAllConnections();
    await closed;
  }
}

/** Sends a JSON-RPC message. */
export function send(socket: WebSocket, message: object): true {
  socket.send(JSON.stringify({ jsonrpc: '2.0', ...message }));
  return true;
}

/** A tool's answer. */
export function textResult(text: string): object {
  return { content: [{ type: 'text', text }] };
}

function answer(socket: WebSocket, { id, method, params }: Rpc): void {
  if (id === undefined || method === undefined) return;
  switch (method) {
    case 'initialize':
      send(socket, {
        id,
        result: {
          protocolVersion: '2025-11-25',
          capabilities: { tools: { listChanged: true } },
          serverInfo: { name: 'scripted', version: '1' },
        },
      });
      break;
    case 'tools/list':
      send(socket, { id, result: { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] } });
      break;
    case 'tools/call':
      send(socket, { id, result: textResult(JSON.stringify(params?.['arguments'])) });
      break;
    default:
      send(socket, { id, error: { code: -32_601, message: 'Method not found' } });
  }
}
