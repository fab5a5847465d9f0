import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { TakoError, type Clock, type ErrorCode, type TakoErrorOptions } from '@tako/core';
import { parseMessage, type HeadersOption, type McpTransport } from '@tako/mcp/transport';

import { fromGrpcStatus, type GrpcStatus } from './from-grpc-status.js';
import type { GrpcChannel, IncomingFrame } from './grpc-channel.js';
import { readMetadata } from './read-metadata.js';
import { sessionMethods, type GrpcService } from './session-method.js';
import { secureContext, type TlsOptions } from './tls-files.js';

/** What a connection is made with. */
export interface GrpcTransportOptions {
  /** Names the server in errors. */
  readonly source: string;
  readonly url: URL;
  readonly service: GrpcService;
  readonly metadata: HeadersOption;
  readonly tls: TlsOptions;
  readonly handshakeTimeoutMs: number;
  readonly keepAliveIntervalMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly graceMs: number;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
}

/** One gRPC stream that speaks MCP, one JSON-RPC message a frame. */
export class GrpcTransport implements McpTransport {
  readonly #options: GrpcTransportOptions;
  /** What to call for each message that is not yet on its way when the stream ends. */
  readonly #unsent = new Set<() => void>();
  #channel: GrpcChannel | undefined;
  #secrets: readonly string[] = [];
  #wasOpen = false;
  /** Whether the server said anything. */
  #wasHeard = false;
  #isClosing = false;
  #closing: Promise<void> | undefined;
  #hasEnded = false;
  #failure: (() => TakoError) | undefined;
  /** Resolves when the stream has its status. */
  #onStatus: () => void = () => undefined;
  readonly #status = new Promise<void>((resolve) => {
    this.#onStatus = resolve;
  });
  /** Rejects `start`, while it waits. */
  #giveUp: () => void = () => undefined;

  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: McpTransport['onmessage'];

  constructor(options: GrpcTransportOptions) {
    this.#options = options;
  }

  get failure(): TakoError | undefined {
    return this.#failure?.();
  }

  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /**
   * Opens the stream.
   *
   * @throws `transport` when there is no connection to be had; `auth`, `permission` and the like when the server ends the
   *   stream at once with such a status; `timeout`; `invalid` when a certificate cannot be read.
   */
  async start(): Promise<void> {
    const { source, url, service, metadata, tls, ...settings } = this.#options;
    const values = await readMetadata(metadata, source);
    // A shorter value is no secret, and taking it out would leave nothing to read.
    this.#secrets = [...values.values()].filter((value) => value.length >= 4);
    const context = url.protocol === 'https:' ? await secureContext(tls, source) : undefined;
    // gRPC takes its time to load, which nobody shall pay for who never connects.
    const { GrpcChannel } = await import('./grpc-channel.js');
    if (this.#isClosing) throw this.#closed();
    const channel = new GrpcChannel({
      ...settings,
      url,
      method: sessionMethods[service],
      metadata: values,
      tls: context,
      serverName: tls.serverName,
    });
    this.#channel = channel;
    await this.#opened(channel);
  }

  /** Resolves when the message is on its way. @throws `transport` when it cannot be sent any more. */
  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(this.failure ?? this.#closed());
      if (this.#channel === undefined || this.#hasEnded) {
        fail();
        return;
      }
      // Whether gRPC calls back depends on how far the message came.
      this.#unsent.add(fail);
      this.#channel.stream.write(JSON.stringify(message), (error: unknown) => {
        this.#unsent.delete(fail);
        if (error === undefined || error === null) resolve();
        else fail();
      });
    });
  }

  /** Ends the connection. Resolves when its sockets are gone. */
  close(): Promise<void> {
    this.#isClosing = true;
    // A turn later, since who hears of the end calls this too.
    this.#closing ??= Promise.resolve().then(() => this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#end();
    const channel = this.#channel;
    if (channel === undefined) return;
    const { clock, graceMs } = this.#options;
    const stopTimer = clock.after(graceMs, () => channel.destroy());
    // Who broke the rules, or is silent, gets no goodbye.
    if (this.#failure === undefined && this.#wasOpen) channel.stream.end();
    else channel.destroy();
    await this.#status;
    await channel.close();
    stopTimer();
  }

  /** Waits until the connection stands. The server may say nothing before it is asked something. */
  #opened(channel: GrpcChannel): Promise<void> {
    const { clock, handshakeTimeoutMs: limitMs } = this.#options;
    const { stream } = channel;
    return new Promise((resolve, reject) => {
      const stopTimer = clock.after(limitMs, () => {
        const text = `there was no connection within ${limitMs} ms (handshakeTimeoutMs)`;
        this.#end(() => this.#error('timeout', text, { details: { limitMs } }));
      });
      this.#giveUp = () => {
        stopTimer();
        reject(this.failure ?? this.#closed());
      };
      channel.onReady(() => {
        stopTimer();
        this.#wasOpen = true;
        resolve();
      });
      stream.on('data', (frame: IncomingFrame) => {
        if (!this.#hasEnded) this.#read(frame);
      });
      stream.on('error', () => undefined); // its status says the same
      stream.on('status', (status: GrpcStatus) => {
        this.#onStatus();
        this.#end(() => this.#explain(status, channel.tlsError));
      });
    });
  }

  #read({ text }: IncomingFrame): void {
    this.#wasHeard = true;
    if (text === undefined) {
      this.#end(() =>
        this.#error('transport', 'the server sent a frame that is no protobuf message with a text in UTF-8'),
      );
      return;
    }
    if (text === '') return; // both services skip it
    const message = parseMessage(text);
    if (message !== undefined) this.onmessage?.(message);
    else this.onerror?.(new Error(`not a JSON-RPC message: ${text.slice(0, 200)}`));
  }

  #end(failure?: () => TakoError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (!this.#isClosing) this.#failure = failure;
    this.#giveUp();
    for (const fail of this.#unsent) fail();
    this.#unsent.clear();
    this.onclose?.();
    void this.close();
  }

  #explain(status: GrpcStatus, tlsError: unknown): TakoError {
    const { source, service, maxMessageBytes } = this.#options;
    const stream = { source, service, maxMessageBytes, tlsError, wasOpen: this.#wasOpen, secrets: this.#secrets };
    const { code, text, platformCode, isRefusal = false, retryable } = fromGrpcStatus(status, stream);
    return this.#error(code, text, {
      retryable,
      details: {
        ...(status.code !== undefined && { grpcStatus: status.code }),
        ...(platformCode !== undefined && { platformCode }),
        ...(isRefusal && !this.#wasHeard && { unreachable: true }),
      },
    });
  }

  /** An error that says, too, whether there ever was a connection. */
  #error(code: ErrorCode, text: string, options: TakoErrorOptions = {}): TakoError {
    const { source } = this.#options;
    const details = this.#wasOpen ? options.details : { ...options.details, unreachable: true };
    return new TakoError(code, `${source}: ${text}`, { ...options, source, details });
  }

  #closed(): TakoError {
    const { source } = this.#options;
    return new TakoError('transport', `${source}: the connection is closed`, { source });
  }
}
