import { invalidOptions, systemClock, type Call, type Credential, type ToolSource } from '@tako/core';
import { McpSession, type McpOptions, type McpPrompts, type McpResources, type McpTool } from '@tako/mcp';
import type { HeadersOption } from '@tako/mcp/transport';

import { GrpcTransport } from './grpc-transport.js';
import { sessionMethods, type GrpcService } from './session-method.js';
import type { TlsOptions } from './tls-files.js';

/** Options of `McpGrpc`. */
export interface McpGrpcOptions extends McpOptions {
  /** The server's address: `http://host:port` without TLS, or `https://host:port`. It has no path. */
  readonly url: string | URL;
  /**
   * The service that the server offers: that of the npm package `mcp-grpc-transport`, or our own, which
   * `proto/tako/mcp/v1/mcp.proto` of this package describes.
   *
   * @defaultValue 'mcp.transport.v1'
   */
  readonly service?: GrpcService | undefined;
  /**
   * Sent when the stream is opened. A value may be a secret or a function, and all of them may come from a function; they
   * are asked for each connection. `$ENV:NAME` stands for our own variable `NAME`. The value of a name that ends in
   * `-bin` is base64. Values do not show in errors.
   *
   * @defaultValue none
   */
  readonly metadata?: HeadersOption | undefined;
  /** Certificates to trust in place of the system's, as PEM. `https://` only. @defaultValue the system's */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** A file with them, in place of `ca`; read for each connection, as the other two. */
  readonly caPath?: string | undefined;
  /** Our certificate, as PEM, with those between it and the root. `https://` only, and together with its key. */
  readonly clientCert?: string | Uint8Array | undefined;
  /** A file with it, in place of `clientCert`. */
  readonly clientCertPath?: string | undefined;
  /** Its private key, as PEM; asked for each connection. */
  readonly clientKey?: Credential | Uint8Array | undefined;
  /** A file with it, in place of `clientKey`. */
  readonly clientKeyPath?: string | undefined;
  /** The name to look for in the server's certificate. `https://` only. @defaultValue the address's host */
  readonly serverName?: string | undefined;
  /** Names the server in errors, and before its tools' names where `prefix` is set. @defaultValue the address's host */
  readonly name?: string | undefined;
  /** How long it may take until the connection stands, TLS included, in milliseconds. @defaultValue 10_000 */
  readonly handshakeTimeoutMs?: number | undefined;
  /**
   * How often the server is asked for a sign of life, in milliseconds; never with `Infinity`. Most servers end the
   * connections of clients that ask more often than every five minutes, unless they are told not to. Measured by the
   * platform's clock. Source: https://grpc.github.io/grpc/cpp/md_doc_keepalive.html (read 2026-11-23)
   *
   * @defaultValue 300_000
   */
  readonly keepAliveIntervalMs?: number | undefined;
  /** How long it may take with it before the connection counts as dead, in milliseconds. @defaultValue 20_000 */
  readonly keepAliveTimeoutMs?: number | undefined;
  /** How long `close` waits for the server to end its side, in milliseconds. @defaultValue 2000 */
  readonly graceMs?: number | undefined;
  /**
   * The longest message taken from the server, compressed or not. A longer one ends the connection, with `transport` for
   * every call that waits.
   *
   * @defaultValue 33_554_432 (32 MiB)
   */
  readonly maxMessageBytes?: number | undefined;
}

/**
 * An MCP server over gRPC, one JSON-RPC message a frame of one stream in both directions, as a source of tools.
 *
 * ```ts
 * await using docs = new McpGrpc({ url: 'https://mcp.example:50051', metadata: { authorization: 'Bearer …' } });
 * const agent = new SingleAgent({ provider, mcpServers: [docs] });
 * ```
 *
 * Nothing is sent before the tools are first asked for. Close it, or the connection keeps this process alive.
 */
export class McpGrpc implements ToolSource, AsyncDisposable {
  /** What the server offers to read. */
  readonly resources: McpResources;
  /** Templates of messages that the server offers. */
  readonly prompts: McpPrompts;
  readonly #session: McpSession;

  /**
   * @throws `invalid` for options that make no sense: half a pair of certificate and key for instance, or a certificate
   *   and its path.
   */
  constructor(options: McpGrpcOptions) {
    const {
      url,
      service = 'mcp.transport.v1',
      metadata = {},
      ca,
      caPath,
      clientCert,
      clientCertPath,
      clientKey,
      clientKeyPath,
      serverName,
      name,
      handshakeTimeoutMs = 10_000,
      keepAliveIntervalMs = 300_000,
      keepAliveTimeoutMs = 20_000,
      graceMs = 2_000,
      maxMessageBytes = 32 * 1024 * 1024,
      clock = systemClock(globalThis),
      ...shared
    } = options;
    const address = readUrl(url);
    const source = name ?? address.host;
    if (!Object.hasOwn(sessionMethods, service)) {
      throw invalidOptions('McpGrpc', `service must be one of ${Object.keys(sessionMethods).join(', ')}`);
    }
    const tls = { ca, caPath, clientCert, clientCertPath, clientKey, clientKeyPath, serverName };
    checkTls(tls, address.protocol === 'https:');
    for (const [option, ms] of Object.entries({ handshakeTimeoutMs, keepAliveIntervalMs, keepAliveTimeoutMs })) {
      if (!(ms > 0)) throw invalidOptions('McpGrpc', `${option} must be above 0, got ${ms}`);
    }
    if (!(graceMs >= 0)) throw invalidOptions('McpGrpc', `graceMs must not be below 0, got ${graceMs}`);
    if (!(maxMessageBytes >= 1)) {
      throw invalidOptions('McpGrpc', `maxMessageBytes must be at least 1, got ${maxMessageBytes}`);
    }
    const limits = { handshakeTimeoutMs, keepAliveIntervalMs, keepAliveTimeoutMs, graceMs, maxMessageBytes };
    const transport = { source, url: address, service, metadata, tls, ...limits, clock };
    this.#session = new McpSession({ ...shared, name: source, clock, connect: () => new GrpcTransport(transport) });
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
   * @throws as `McpSession.tools`; `auth` or `permission` when the server wants other credentials; `unsupported` when it
   *   does not have the service; `invalid` when a certificate cannot be read.
   */
  tools(call: Call): Promise<readonly McpTool[]> {
    return this.#session.tools(call);
  }

  /**
   * Ends the connection and everything that waits, for good. Resolves when its sockets are gone; never rejects. Calling
   * it again changes nothing.
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
    throw invalidOptions('McpGrpc', 'url must begin with http:// or https://');
  }
  if (address.username !== '' || address.password !== '') {
    throw invalidOptions('McpGrpc', 'url must not hold a user or password; send them as metadata');
  }
  if (address.pathname !== '/' || address.search !== '' || address.hash !== '') {
    throw invalidOptions('McpGrpc', 'url must end with the port: gRPC has a path of its own for each service');
  }
  return address;
}

function checkTls(tls: TlsOptions, isTls: boolean): void {
  for (const [option, value] of Object.entries(tls)) {
    if (value === undefined || isTls) continue;
    throw invalidOptions('McpGrpc', `${option} needs an address that begins with https://`);
  }
  const { ca, caPath, clientCert, clientCertPath, clientKey, clientKeyPath } = tls;
  const twice = { ca: [ca, caPath], clientCert: [clientCert, clientCertPath], clientKey: [clientKey, clientKeyPath] };
  for (const [option, given] of Object.entries(twice)) {
    if (given.includes(undefined)) continue;
    throw invalidOptions('McpGrpc', `${option} and ${option}Path are the same thing: give one of them`);
  }
  if (((clientCert ?? clientCertPath) === undefined) !== ((clientKey ?? clientKeyPath) === undefined)) {
    throw invalidOptions('McpGrpc', "the client's certificate and its key go together: give both, or neither");
  }
}
