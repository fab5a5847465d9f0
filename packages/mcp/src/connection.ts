/* oxlint-disable unicorn/prefer-add-event-listener -- the SDK's clients and transports are no event targets */
import type { Client, jsonSchemaValidator, RequestOptions, StandardSchemaV1 } from '@modelcontextprotocol/client';
import { TakoError, type ErrorCode } from '@tako/core';

import { fromSdkError } from './from-sdk-error.js';
import type { ResolvedOptions } from './mcp-options.js';
import type { McpTransport } from './mcp-transport.js';

/** What a connection is made with. */
export interface ConnectionOptions extends Pick<
  ResolvedOptions,
  'connectTimeoutMs' | 'name' | 'protocolVersion' | 'warn'
> {
  readonly transport: McpTransport;
  /** Called when the connection ends in whatever way, perhaps more than once. */
  readonly onEnd: () => void;
}

/** Servers only log it. The package's own version would be one more thing to keep in step. */
const clientInfo = { name: 'tako', version: '1' };

/** Our own limits are shorter; this is the longest that setTimeout takes. */
const noSdkTimeoutMs = 2_147_483_647;

/**
 * Takes any result as it is. The SDK's own schemas refuse a whole list for one odd tool, and a whole answer for one
 * content type that they do not know; we read results ourselves, part by part.
 */
const anyResult: StandardSchemaV1<unknown, unknown> = {
  '~standard': { version: 1, vendor: 'tako', validate: (value) => ({ value }) },
};

/**
 * The SDK's own validator compiles schemas of the server's into code. We send requests past the place where it does;
 * this only keeps it from being made.
 */
const noValidator: jsonSchemaValidator = {
  getValidator() {
    throw new Error('output schemas are not checked');
  },
};

/** One connection to a server, from its handshake to its end. */
export class Connection {
  readonly #options: ConnectionOptions;
  #client: Client | undefined;
  #isOpen = false;
  #closing: Promise<void> | undefined;
  /** Whether the tools may be others than when they were last listed. */
  toolsChanged = true;
  /** Whether the server said, when it was connected, that it has tools. */
  hasTools = false;
  /** Whether the server speaks a revision before 2026-07-28. */
  isLegacy = false;
  /** Whether `open` failed because the server bore no question before `initialize`: it may still know that one. */
  isPuzzling = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** How long a question that a server may well leave unanswered is waited for. */
  get #patienceMs(): number {
    return Math.min(this.#options.connectTimeoutMs / 3, noSdkTimeoutMs);
  }

  /** Whether requests can be sent. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What the server said besides the protocol, for errors. */
  get diagnostics(): string | undefined {
    return this.#options.transport.diagnostics;
  }

  /** Starts the transport and shakes hands. Call it once. It has no limit in time: `close` ends it. */
  async open(): Promise<void> {
    const { transport, protocolVersion, warn } = this.#options;
    // The SDK takes 150 ms of CPU to load, which nobody shall pay for who never connects.
    const { Client } = await import('./official-client.js');
    if (this.#closing !== undefined) throw this.#closed();

    const client = new Client(clientInfo, {
      capabilities: {},
      jsonSchemaValidator: noValidator,
      versionNegotiation: {
        mode:
          protocolVersion === 'auto' ? 'auto' : protocolVersion === '2025-11-25' ? 'legacy' : { pin: protocolVersion },
        probe: { timeoutMs: this.#patienceMs },
      },
    });
    client.setNotificationHandler('notifications/tools/list_changed', () => {
      this.toolsChanged = true;
    });
    // The SDK calls handlers that stand here before its own, in every phase of a connection. What the transport tells of
    // comes a second time by the client, which tells of more, but not before it is connected.
    let told: Error | undefined;
    transport.onclose = () => this.#ended();
    transport.onerror = (error) => {
      told = error;
      warn(`${this.#options.name}: ${error.message}`);
    };
    client.onerror = (error) => {
      if (error !== told) warn(`${this.#options.name}: ${error.message}`);
    };
    this.#client = client;
    try {
      await client.connect(transport, { timeout: noSdkTimeoutMs });
    } catch (error) {
      this.isPuzzling = isEraError(error);
      throw this.#explain(error, 'the handshake', 'provider');
    }
    // Now, since the client forgets it when the connection ends.
    this.hasTools = client.getServerCapabilities()?.tools !== undefined;
    this.isLegacy = client.getProtocolEra() === 'legacy';
    await this.#listenForChanges(client);
    if (this.#closing !== undefined) throw this.#closed();
    this.#isOpen = true;
  }

  /** From 2026-07-28 on a server tells of changes only to those who ask for it. */
  async #listenForChanges(client: Client): Promise<void> {
    if (this.isLegacy || client.getServerCapabilities()?.tools?.listChanged !== true) return;
    try {
      await client.listen({ toolsListChanged: true }, { timeout: this.#patienceMs });
    } catch (error) {
      const { name, warn } = this.#options;
      warn(`${name}: the server will not tell when its tools change: ${String(error)}`);
    }
  }

  /**
   * Sends a request and waits for its result, which nobody has looked at yet.
   *
   * @param what names the request in errors
   * @param refusal the code for an error that the server answers with
   */
  async request(
    request: { readonly method: string; readonly params: Record<string, unknown> },
    { what, refusal, signal }: { readonly what: string; readonly refusal: ErrorCode; readonly signal: AbortSignal },
  ): Promise<unknown> {
    const options: RequestOptions = { signal, timeout: noSdkTimeoutMs };
    try {
      if (this.#client === undefined) throw this.#closed();
      return await this.#client.request(request, anyResult, options);
    } catch (error) {
      throw this.#explain(error, what, refusal);
    }
  }

  /** Ends the connection: what waits is rejected at once. Resolves when nothing of it is left; never rejects. */
  close(): Promise<void> {
    // A turn later, since the transport tells of its end while it closes, and that leads back here.
    this.#closing ??= Promise.resolve().then(() => this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { transport, name, warn } = this.#options;
    try {
      await transport.close();
      await this.#client?.close();
    } catch (error) {
      warn(`${name}: the connection did not close well: ${String(error)}`);
    } finally {
      this.#ended();
    }
  }

  #ended(): void {
    this.#isOpen = false;
    this.#options.onEnd();
  }

  #closed(): TakoError {
    const { name: source, transport } = this.#options;
    return transport.failure ?? new TakoError('transport', `${source}: the connection is closed`, { source });
  }

  #explain(error: unknown, what: string, refusal: ErrorCode): TakoError {
    const { name: source, transport } = this.#options;
    return fromSdkError(error, { source, what, refusal, transport });
  }
}

/** How the SDK says that asking for the revision brought no answer (version 2.4.0): silence, or the connection's end. */
function isEraError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ERA_NEGOTIATION_FAILED' || error.code === 'REQUEST_TIMEOUT';
}
