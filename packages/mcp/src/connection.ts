/* oxlint-disable unicorn/prefer-add-event-listener -- the SDK's clients and transports are no event targets */
import type {
  Client,
  jsonSchemaValidator,
  Progress,
  RequestOptions,
  ServerCapabilities,
  StandardSchemaV1,
} from '@modelcontextprotocol/client';
import { TakoError, type ErrorCode } from '@tako/core';
import { redact } from '@tako/core/provider';

import { answerRequests, announced } from './client-requests.js';
import { fromSdkError } from './from-sdk-error.js';
import type { ResolvedOptions } from './mcp-options.js';
import type { McpTransport } from './mcp-transport.js';
import { isRecord } from './server-tool.js';

/** What a connection is made with. */
export interface ConnectionOptions extends Pick<
  ResolvedOptions,
  'connectTimeoutMs' | 'logLevel' | 'name' | 'onElicitation' | 'onSampling' | 'protocolVersion' | 'warn'
> {
  readonly transport: McpTransport;
  /** Called when the connection ends in whatever way, perhaps more than once. */
  readonly onEnd: () => void;
  /** Called for each notification that is not progress. */
  readonly onNotification: (method: string, params: { readonly [name: string]: unknown }) => void;
  /** Called when notifications may have been missed. */
  readonly onMissed: () => void;
}

/** How a request is made, and told of. */
export interface RequestSettings {
  /** Names the request in errors. */
  readonly what: string;
  /** The code for an error that the server answers with. */
  readonly refusal: ErrorCode;
  readonly signal: AbortSignal;
  /** Hears of progress; the server is asked to tell of it only where this is given. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Headers for transports that have any. */
  readonly headers?: { readonly [name: string]: string } | undefined;
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
  #isRetired = false;
  #requests = 0;
  /** Whether we listen for changes, or know that the server does not tell of them. */
  #listens = false;
  #closing: Promise<void> | undefined;
  /** Whether the tools may be others than when they were last listed. */
  toolsChanged = true;
  /** What the server said, when it was connected, that it can do. */
  offers: ServerCapabilities = {};
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
    const { transport, protocolVersion } = this.#options;
    // The SDK takes 150 ms of CPU to load, which nobody shall pay for who never connects.
    const { Client } = await import('./official-client.js');
    if (this.#closing !== undefined) throw this.#closed();

    const client = new Client(clientInfo, {
      capabilities: announced(this.#options),
      jsonSchemaValidator: noValidator,
      versionNegotiation: {
        mode:
          protocolVersion === 'auto' ? 'auto' : protocolVersion === '2025-11-25' ? 'legacy' : { pin: protocolVersion },
        probe: { timeoutMs: this.#patienceMs },
      },
    });
    answerRequests(client, this.#options);
    // One for all, since the SDK's schemas would refuse a log message for its unknown level.
    client.fallbackNotificationHandler = ({ method, params = {} }) => {
      if (method === 'notifications/tools/list_changed') this.toolsChanged = true;
      this.#options.onNotification(method, params);
      return Promise.resolve();
    };
    // The SDK calls handlers that stand here before its own, in every phase of a connection. What the transport tells of
    // comes a second time by the client, which tells of more, but not before it is connected.
    let told: Error | undefined;
    transport.onmissed = () => this.#missed();
    transport.onclose = () => this.#ended();
    transport.onerror = (error) => {
      told = error;
      this.#warn(error);
    };
    client.onerror = (error) => {
      if (error !== told) this.#warn(error);
    };
    this.#client = client;
    try {
      await client.connect(transport, { timeout: noSdkTimeoutMs });
    } catch (error) {
      this.isPuzzling = isEraError(error) && transport.failure?.details?.['unreachable'] !== true;
      throw this.#explain(error, 'the handshake', 'provider');
    }
    // Now, since the client forgets it when the connection ends.
    this.offers = client.getServerCapabilities() ?? {};
    this.isLegacy = client.getProtocolEra() === 'legacy';
    await (this.isLegacy ? this.#askForLog(client) : this.listen());
    if (this.#closing !== undefined) throw this.#closed();
    this.#isOpen = true;
  }

  /** Before 2026-07-28 the level holds for the connection; from then on it stands in each request. */
  async #askForLog(client: Client): Promise<void> {
    const { logLevel, name, warn } = this.#options;
    if (logLevel === undefined || this.offers.logging === undefined) return;
    try {
      await client.setLoggingLevel(logLevel, { timeout: this.#patienceMs });
    } catch (error) {
      warn(`${name}: the server does not take the log level: ${String(error)}`);
    }
  }

  /**
   * From 2026-07-28 on a server tells of changes only to those who ask for it, and as long as they listen. Does nothing
   * where that is not needed; never rejects.
   */
  async listen(): Promise<void> {
    const { tools, prompts, resources } = this.offers;
    const changes = {
      ...(tools?.listChanged === true && { toolsListChanged: true }),
      ...(prompts?.listChanged === true && { promptsListChanged: true }),
      ...(resources?.listChanged === true && { resourcesListChanged: true }),
    };
    if (this.isLegacy || this.#listens || Object.keys(changes).length === 0) return;
    this.#listens = true;
    try {
      const subscription = await this.#client?.listen(changes, { timeout: this.#patienceMs });
      if (subscription !== undefined) void this.#untilDeaf(subscription.closed);
    } catch (error) {
      const { name, warn } = this.#options;
      warn(`${name}: the server will not tell when its lists change: ${String(error)}`);
    }
  }

  async #untilDeaf(closed: Promise<unknown>): Promise<void> {
    await closed;
    this.#listens = false;
    if (this.#isOpen) this.#missed();
  }

  /** What changed in the meantime comes to light when the tools are next listed. */
  #missed(): void {
    this.toolsChanged = true;
    this.#options.onMissed();
  }

  /** Sends a request and waits for its result, which nobody has looked at yet. */
  async request(
    request: { readonly method: string; readonly params: Record<string, unknown> },
    { what, refusal, signal, onProgress, headers }: RequestSettings,
  ): Promise<unknown> {
    const options: RequestOptions = {
      signal,
      timeout: noSdkTimeoutMs,
      ...(onProgress !== undefined && { onprogress: onProgress }),
      ...(headers !== undefined && { headers }),
    };
    this.#requests++;
    try {
      if (this.#client === undefined) throw this.#closed();
      return await this.#client.request(this.#withLogLevel(request), anyResult, options);
    } catch (error) {
      throw this.#explain(error, what, refusal);
    } finally {
      this.#requests--;
      if (this.#isRetired && this.#requests === 0) void this.close();
    }
  }

  #withLogLevel<T extends { readonly params: Record<string, unknown> }>(request: T): T {
    const { logLevel } = this.#options;
    if (logLevel === undefined || this.isLegacy || this.offers.logging === undefined) return request;
    const { _meta: own } = request.params;
    const _meta = { ...(isRecord(own) ? own : {}), 'io.modelcontextprotocol/logLevel': logLevel };
    return { ...request, params: { ...request.params, _meta } };
  }

  /** Takes no more requests, and ends when those that wait have come to their own ends. */
  retire(): void {
    this.#isOpen = false;
    this.#isRetired = true;
    if (this.#requests === 0) void this.close();
  }

  /** Ends the connection: what waits is rejected at once. Resolves when nothing of it is left; never rejects. */
  close(): Promise<void> {
    this.#isOpen = false;
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

  #warn(error: Error): void {
    const { name, transport, warn } = this.#options;
    warn(`${name}: ${redact(error.message, transport.secrets ?? [])}`);
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
