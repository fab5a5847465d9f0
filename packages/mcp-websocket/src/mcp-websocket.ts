import { invalidOptions, systemClock, type Call, type Credential, type ToolSource } from '@tako/core';
import { McpSession, type McpOptions, type McpPrompts, type McpResources, type McpTool } from '@tako/mcp';
import type { HeadersOption } from '@tako/mcp/transport';

import { WebSocketTransport } from './websocket-transport.js';

/** Options of `McpWebSocket`. */
export interface McpWebSocketOptions extends McpOptions {
  /** The server's address: `ws://…` or `wss://…`. */
  readonly url: string | URL;
  /**
   * Sent with the handshake. A value may be a secret or a function, and all of them may come from a function; they are
   * asked for each connection. `$ENV:NAME` stands for our own variable `NAME`. Values do not show in errors.
   *
   * @defaultValue none
   */
  readonly headers?: HeadersOption | undefined;
  /**
   * Sub-protocols to offer, the best first. The server has to choose one of them; where there are none, it must not.
   *
   * @defaultValue ['mcp']
   */
  readonly protocols?: readonly string[] | undefined;
  /** Certificates to trust in place of the system's, as PEM. `wss://` only. @defaultValue the system's */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** Our certificate, as PEM, with those between it and the root. `wss://` only, and together with `clientKey`. */
  readonly clientCert?: string | Uint8Array | undefined;
  /** Its private key, as PEM; asked for each connection. */
  readonly clientKey?: Credential | Uint8Array | undefined;
  /** The name to look for in the server's certificate. `wss://` only. @defaultValue the address's host */
  readonly serverName?: string | undefined;
  /** Names the server in errors, and before its tools' names where `prefix` is set. @defaultValue the address's host */
  readonly name?: string | undefined;
  /** How long the WebSocket handshake may take, TLS included, in milliseconds. @defaultValue 10_000 */
  readonly handshakeTimeoutMs?: number | undefined;
  /** How often the server is asked for a sign of life, in milliseconds; never with `Infinity`. @defaultValue 30_000 */
  readonly pingIntervalMs?: number | undefined;
  /** How long it may take with it before the connection counts as dead, in milliseconds. @defaultValue 10_000 */
  readonly pongTimeoutMs?: number | undefined;
  /** How long `close` waits for the server to close its side, in milliseconds. @defaultValue 2000 */
  readonly graceMs?: number | undefined;
  /**
   * The longest message taken from the server. A longer one ends the connection, with `transport` for every call that
   * waits.
   *
   * @defaultValue 33_554_432 (32 MiB)
   */
  readonly maxMessageBytes?: number | undefined;
}

/**
 * An MCP server over WebSocket, one JSON-RPC message a frame, as a source of tools.
 *
 * ```ts
 * await using docs = new McpWebSocket({ url: 'wss://mcp.example/message', headers: { authorization: 'Bearer …' } });
 * const agent = new SingleAgent({ provider, mcpServers: [docs] });
 * ```
 *
 * Nothing is sent before the tools are first asked for. Close it, or the connection keeps this process alive.
 */
export class McpWebSocket implements ToolSource, AsyncDisposable {
  /** What the server offers to read. */
  readonly resources: McpResources;
  /** Templates of messages that the server offers. */
  readonly prompts: McpPrompts;
  readonly #session: McpSession;

  /** @throws `invalid` for options that make no sense, half a pair of certificate and key for instance. */
  constructor(options: McpWebSocketOptions) {
    const {
      url,
      headers = {},
      protocols = ['mcp'],
      ca,
      clientCert,
      clientKey,
      serverName,
      name,
      handshakeTimeoutMs = 10_000,
      pingIntervalMs = 30_000,
      pongTimeoutMs = 10_000,
      graceMs = 2_000,
      maxMessageBytes = 32 * 1024 * 1024,
      clock = systemClock(globalThis),
      ...shared
    } = options;
    const address = readUrl(url);
    const source = name ?? address.host;
    if ((clientCert === undefined) !== (clientKey === undefined)) {
      throw invalidOptions('McpWebSocket', 'clientCert and clientKey go together: give both, or neither');
    }
    for (const [option, value] of Object.entries({ ca, clientCert, serverName })) {
      if (value === undefined || address.protocol === 'wss:') continue;
      throw invalidOptions('McpWebSocket', `${option} needs an address that begins with wss://`);
    }
    for (const [option, ms] of Object.entries({ handshakeTimeoutMs, pingIntervalMs, pongTimeoutMs })) {
      if (!(ms > 0)) throw invalidOptions('McpWebSocket', `${option} must be above 0, got ${ms}`);
    }
    if (!(graceMs >= 0)) throw invalidOptions('McpWebSocket', `graceMs must not be below 0, got ${graceMs}`);
    if (!(maxMessageBytes >= 1)) {
      throw invalidOptions('McpWebSocket', `maxMessageBytes must be at least 1, got ${maxMessageBytes}`);
    }
    const tls = { ca, clientCert, clientKey, serverName };
    const limits = { handshakeTimeoutMs, pingIntervalMs, pongTimeoutMs, graceMs, maxMessageBytes };
    const transport = { source, url: address, headers, protocols, tls, ...limits, clock };
    this.#session = new McpSession({
      ...shared,
      name: source,
      clock,
      connect: () => new WebSocketTransport(transport),
    });
    this.resources = this.#session.resources;
    this.prompts = this.#session.prompts;
  }

  /** Names the server in errors and warnings. */
  get name(): string {
    return this.#session.name;
  }

  /**
   * The server's tools, under names that every vendor takes. Connects where that is needed.
   *
   * @throws as `McpSession.tools`; `auth` or `permission` when the server wants other credentials.
   */
  tools(call: Call): Promise<readonly McpTool[]> {
    return this.#session.tools(call);
  }

  /**
   * Ends the connection and everything that waits, for good. Resolves when the socket is gone; never rejects. Calling it
   * again changes nothing.
   */
  close(): Promise<void> {
    return this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function readUrl(url: string | URL): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !/^wss?:$/.test(address.protocol)) {
    throw invalidOptions('McpWebSocket', 'url must begin with ws:// or wss://');
  }
  if (address.username !== '' || address.password !== '') {
    throw invalidOptions('McpWebSocket', 'url must not hold a user or password; send them as a header');
  }
  if (address.hash !== '') throw invalidOptions('McpWebSocket', 'url must not hold a fragment');
  return address;
}
