import type { AuthProvider, OAuthClientProvider } from '@modelcontextprotocol/client';
import { invalidOptions, systemClock, type Call, type ToolSource } from '@tako/core';
import { McpSession, type McpOptions, type McpPrompts, type McpResources, type McpTool } from '@tako/mcp';
import type { HeadersOption } from '@tako/mcp/transport';

import { HttpTransport } from './http-transport.js';

/** Options of `McpHttp`. */
export interface McpHttpOptions extends McpOptions {
  /** The server's address, for example `https://mcp.example/mcp`. It is trusted: private addresses are called too. */
  readonly url: string | URL;
  /**
   * Sent with every request to the server, and nowhere else. A value may be a secret or a function, and all of them may
   * come from a function; they are asked for each request. `$ENV:NAME` stands for our own variable `NAME`. Values do not
   * show in errors.
   *
   * @defaultValue none
   */
  readonly headers?: HeadersOption | undefined;
  /**
   * OAuth 2.1, or any other way to get tokens: the official SDK's `OAuthClientProvider` or `AuthProvider`. Where it has to
   * send the user to a page, calls throw `auth` until `finishAuth` was called.
   *
   * @see https://www.npmjs.com/package/@modelcontextprotocol/client (read 2026-11-23)
   */
  readonly authProvider?: AuthProvider | OAuthClientProvider | undefined;
  /**
   * What the server speaks: Streamable HTTP, or the SSE of revision 2024-11-05. `auto` tries the one, and the other where
   * the server answers with 400, 404 or 405 to the handshake.
   *
   * @defaultValue 'auto'
   */
  readonly transport?: 'auto' | 'sse' | 'streamable' | undefined;
  /** Names the server in errors, and before its tools' names where `prefix` is set. @defaultValue the address's host */
  readonly name?: string | undefined;
  /**
   * The longest message taken from the server. A longer one ends the connection, with `transport` for every call that
   * waits.
   *
   * @defaultValue 33_554_432 (32 MiB)
   */
  readonly maxMessageBytes?: number | undefined;
  /** How long `close` waits for the server to end the session, in milliseconds. @defaultValue 2000 */
  readonly graceMs?: number | undefined;
  /**
   * Sends every request, those for tokens too. The platform's gives up on an answer after five minutes without a byte; for
   * longer calls, a proxy or certificates of your own bring another one.
   *
   * @defaultValue the platform's
   */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * An MCP server over HTTP, as a source of tools.
 *
 * ```ts
 * await using docs = new McpHttp({ url: 'https://mcp.example/mcp', headers: { authorization: 'Bearer …' } });
 * const agent = new SingleAgent({ provider, mcpServers: [docs] });
 * ```
 *
 * Nothing is sent before the tools are first asked for. Close it, so that the server can forget the session.
 */
export class McpHttp implements ToolSource, AsyncDisposable {
  /** What the server offers to read. */
  readonly resources: McpResources;
  /** Templates of messages that the server offers. */
  readonly prompts: McpPrompts;
  readonly #session: McpSession;
  readonly #connect: () => HttpTransport;
  #latest: HttpTransport | undefined;
  /** A server that was found to speak only the older protocol is not asked again. */
  #isSse = false;

  /** @throws `invalid` for options that make no sense. */
  constructor(options: McpHttpOptions) {
    const {
      url,
      headers = {},
      authProvider,
      transport = 'auto',
      name,
      maxMessageBytes = 32 * 1024 * 1024,
      graceMs = 2_000,
      fetch: send = globalThis.fetch,
      clock = systemClock(globalThis),
      ...shared
    } = options;
    const address = readUrl(url);
    const source = name ?? address.host;
    if (!(maxMessageBytes >= 1)) {
      throw invalidOptions('McpHttp', `maxMessageBytes must be at least 1, got ${maxMessageBytes}`);
    }
    if (!(graceMs >= 0)) throw invalidOptions('McpHttp', `graceMs must not be below 0, got ${graceMs}`);
    this.#connect = () => {
      this.#latest = new HttpTransport({
        source,
        url: address,
        headers,
        authProvider,
        mode: this.#isSse ? 'sse' : transport,
        maxMessageBytes,
        graceMs,
        send,
        clock,
        random: options.random ?? Math.random,
        onSse: () => {
          this.#isSse = true;
        },
      });
      return this.#latest;
    };
    this.#session = new McpSession({ ...shared, name: source, clock, connect: this.#connect });
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
   * Trades what the user's browser came back with for tokens, which `authProvider` then stores. The next call uses them.
   *
   * @param callback the query of the address that the browser was sent back to; compare its `state` first
   * @throws `auth` when there are no tokens to be had for it.
   */
  async finishAuth(callback: URLSearchParams): Promise<void> {
    this.#latest ??= this.#connect();
    await this.#latest.finishAuth(callback);
  }

  /**
   * Ends the session at the server, where it has one, and everything that waits, for good. Resolves when no request is
   * left; never rejects. Calling it again changes nothing.
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
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    throw invalidOptions('McpHttp', 'url must begin with http:// or https://');
  }
  if (address.username !== '' || address.password !== '') {
    throw invalidOptions('McpHttp', 'url must not hold a user or password; send them as a header');
  }
  return address;
}
