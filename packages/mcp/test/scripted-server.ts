import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { TakoError } from '@tako/core';

import type { McpSessionOptions, McpTransport } from '../src/index.js';

/** What a method answers with; an `RpcError` for an error, `undefined` for no answer at all. */
export type Method = (params: { readonly [name: string]: unknown }) => unknown;

/** An error as JSON-RPC has it. */
export class RpcError {
  readonly code: number;
  readonly message: string;

  constructor(code: number, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** A message as it stands on the wire. */
export interface Sent {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly [name: string]: unknown };
  readonly result?: unknown;
}

/** A server without a process: it answers by a table of methods, over as many connections as are made. */
export class ScriptedServer {
  readonly #methods: { readonly [method: string]: Method };
  readonly #connections: ScriptedConnection[] = [];
  /** What the client sent, on all connections. */
  readonly received: Sent[] = [];

  constructor(methods: { readonly [method: string]: Method }) {
    this.#methods = { initialize: () => initialized, ...methods };
  }

  /** Options for a session with this server. */
  get options(): McpSessionOptions {
    return { name: 'scripted', connect: () => this.#connect() };
  }

  /** The names of the methods that the client called, its notifications included. */
  get methods(): readonly (string | undefined)[] {
    return this.received.map(({ method }) => method);
  }

  /** How many connections were made. */
  get connections(): number {
    return this.#connections.length;
  }

  /** How many connections the client has not closed. */
  get open(): number {
    return this.#connections.filter(({ isClosed }) => !isClosed).length;
  }

  /** Sends a message to the client on the latest connection. */
  send(message: object): void {
    this.#connections.at(-1)?.deliver(message);
  }

  /** Breaks the latest connection. */
  die(): void {
    this.#connections.at(-1)?.die();
  }

  answer(method: string, params: { readonly [name: string]: unknown }): unknown {
    const handler = this.#methods[method];
    return handler === undefined ? new RpcError(-32_601, 'Method not found') : handler(params);
  }

  #connect(): McpTransport {
    const connection = new ScriptedConnection(this);
    this.#connections.push(connection);
    return connection;
  }
}

/** What a server of revision 2025-11-25 with tools says of itself. */
export const initialized = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: { listChanged: true } },
  serverInfo: { name: 'scripted', version: '1' },
};

class ScriptedConnection implements McpTransport {
  readonly #server: ScriptedServer;
  isClosed = false;
  failure?: TakoError | undefined;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: McpTransport['onmessage'];

  constructor(server: ScriptedServer) {
    this.#server = server;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const sent = message as Sent; // the wider of the two
    this.#server.received.push(sent);
    await Promise.resolve(); // never in the same turn, as on a wire
    if (sent.id === undefined || sent.method === undefined) return;
    const answer = await this.#server.answer(sent.method, sent.params ?? {});
    if (answer instanceof RpcError)
      this.deliver({ id: sent.id, error: { code: answer.code, message: answer.message } });
    else if (answer !== undefined) this.deliver({ id: sent.id, result: answer });
  }

  close(): Promise<void> {
    if (!this.isClosed) {
      this.isClosed = true;
      this.onclose?.();
    }
    return Promise.resolve();
  }

  deliver(message: object): void {
    if (!this.isClosed) this.onmessage?.({ jsonrpc: '2.0', ...message } as JSONRPCMessage); // or not: that is the test
  }

  die(): void {
    this.failure = new TakoError('transport', 'scripted: the server went away');
    this.onclose?.();
  }
}
