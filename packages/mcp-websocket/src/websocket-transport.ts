import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/client';
import { TakoError, type Clock, type ErrorCode, type TakoErrorOptions } from '@tako/core';
import { codeByStatus, redact, transportError } from '@tako/core/provider';
import { parseMessage, readHeaders, type HeadersOption, type McpTransport } from '@tako/mcp/transport';
import type { RawData, WebSocket } from 'ws';

import { Heartbeat } from './heartbeat.js';
import { socketOptions, type TlsOptions } from './socket-options.js';

/** What a connection is made with. */
export interface WebSocketTransportOptions {
  /** Names the server in errors. */
  readonly source: string;
  readonly url: URL;
  readonly headers: HeadersOption;
  readonly protocols: readonly string[];
  readonly tls: TlsOptions;
  readonly handshakeTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  readonly graceMs: number;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
}

const probeNumber = 1_000_000_000;

/** One WebSocket that speaks MCP, one JSON-RPC message a frame. */
export class WebSocketTransport implements McpTransport {
  readonly #options: WebSocketTransportOptions;
  #socket: WebSocket | undefined;
  #heartbeat: Heartbeat | undefined;
  #secrets: readonly string[] = [];
  #probeId: RequestId | undefined;
  #wasOpen = false;
  #isClosing = false;
  #closing: Promise<void> | undefined;
  #hasEnded = false;
  #failure: (() => TakoError) | undefined;

  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: McpTransport['onmessage'];

  constructor(options: WebSocketTransportOptions) {
    this.#options = options;
  }

  get failure(): TakoError | undefined {
    return this.#failure?.();
  }

  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /**
   * Opens the socket.
   *
   * @throws `transport` when there is no connection to be had; `auth`, `permission` and the like when the server answers
   *   the handshake with a status; `timeout`.
   */
  async start(): Promise<void> {
    const { source, url, headers, protocols, tls, maxMessageBytes } = this.#options;
    const values = await readHeaders(headers, { source, environment: process.env });
    // A shorter value is no secret, and taking it out would leave nothing to read.
    this.#secrets = [...values.values()].filter((value) => value.length >= 4);
    const options = await socketOptions(tls, { source, headers: values, maxMessageBytes });
    const { WebSocket } = await import('./ws-client.js');
    if (this.#isClosing) throw this.#closed();
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, [...protocols], options);
    } catch (error) {
      // A sub-protocol that is none, or a certificate that cannot be read.
      throw this.#error('invalid', `the connection cannot be made: ${redact(messageOf(error), [])}`);
    }
    this.#socket = socket;
    await this.#opened(socket);
  }

  /** Resolves when the message is on its way. @throws `transport` when it cannot be sent any more. */
  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(this.failure ?? this.#closed());
      if (this.#socket === undefined || this.#hasEnded) {
        fail();
        return;
      }
      this.#socket.send(JSON.stringify(this.#withNumber(message)), (error) => {
        if (error) fail();
        else resolve();
      });
    });
  }

  /**
   * The SDK's question for the revision has a text for an id. Gateways that number their clients' requests answer it with
   * `null`, which nobody waits for: it gets a number beyond those of other requests.
   */
  #withNumber(message: JSONRPCMessage): JSONRPCMessage {
    if (!('method' in message) || !('id' in message) || message.method !== 'server/discover') return message;
    this.#probeId = message.id;
    return { ...message, id: probeNumber };
  }

  /** Ends the connection. Resolves when the socket is gone. */
  close(): Promise<void> {
    this.#isClosing = true;
    // A turn later, since who hears of the end calls this too.
    this.#closing ??= Promise.resolve().then(() => this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#end();
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === socket.CLOSED) return;
    const { clock, graceMs } = this.#options;
    const gone = new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
    });
    // Who broke the rules, or is silent, gets no goodbye.
    if (this.#failure !== undefined || socket.readyState === socket.CONNECTING) socket.terminate();
    else socket.close(1_000);
    const stopTimer = clock.after(graceMs, () => socket.terminate());
    await gone;
    stopTimer();
  }

  /** Waits for the handshake. */
  #opened(socket: WebSocket): Promise<void> {
    const { clock, handshakeTimeoutMs: limitMs } = this.#options;
    return new Promise((resolve, reject) => {
      const stopTimer = clock.after(limitMs, () => {
        const text = `no WebSocket was open within ${limitMs} ms (handshakeTimeoutMs)`;
        this.#end(() => this.#error('timeout', text, { details: { limitMs } }));
      });
      socket.on('open', () => {
        stopTimer();
        this.#wasOpen = true;
        if (!this.#hasEnded) this.#listen(socket);
        resolve();
      });
      socket.on('close', (code, reason) => {
        stopTimer();
        this.#end(() => this.#closedBy(code, reason));
        reject(this.failure ?? this.#closed());
      });
      socket.on('error', (error) => this.#end(() => this.#explain(error)));
      socket.on('unexpected-response', (request, { statusCode: status = 0 }) => {
        const text = `the server answered the handshake with ${status}`;
        this.#end(() => this.#error(codeByStatus(status), text, { status }));
        request.destroy();
      });
    });
  }

  #listen(socket: WebSocket): void {
    const { clock, pingIntervalMs: intervalMs, pongTimeoutMs: timeoutMs } = this.#options;
    const onDead = (): void => {
      const text = `the server gave no sign of life within ${timeoutMs} ms (pongTimeoutMs)`;
      this.#end(() => this.#error('transport', text));
    };
    const ping = (): void => socket.ping();
    const heartbeat = new Heartbeat({ clock, intervalMs, timeoutMs, ping, onDead });
    this.#heartbeat = heartbeat;
    socket.on('pong', () => heartbeat.heard());
    socket.on('ping', () => heartbeat.heard());
    socket.on('message', (data) => {
      heartbeat.heard();
      if (!this.#hasEnded) this.#read(data);
    });
  }

  #read(data: RawData): void {
    const text = decode(data);
    const message = text === undefined ? undefined : parseMessage(text);
    if (message !== undefined) this.onmessage?.(this.#withText(message));
    else this.onerror?.(new Error(`not a JSON-RPC message: ${text?.slice(0, 200) ?? 'bytes that are no UTF-8'}`));
  }

  #withText(message: JSONRPCMessage): JSONRPCMessage {
    if ('method' in message || message.id !== probeNumber || this.#probeId === undefined) return message;
    return { ...message, id: this.#probeId };
  }

  #end(failure?: () => TakoError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (!this.#isClosing) this.#failure = failure;
    this.#heartbeat?.stop();
    this.onclose?.();
    void this.close();
  }

  #explain(error: Error): TakoError {
    const { maxMessageBytes, source } = this.#options;
    const code = 'code' in error ? error.code : undefined;
    if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
      return this.#error(
        'transport',
        `the server sent a message of more than ${maxMessageBytes} bytes (maxMessageBytes)`,
      );
    }
    if (typeof code === 'string' && code.startsWith('WS_ERR_')) {
      return this.#error('transport', `the server broke the rules of WebSocket (${code})`);
    }
    // The handshake of `ws` has no codes: for a sub-protocol that nobody offered, for instance.
    if (code === undefined)
      return this.#error('transport', `the handshake failed: ${redact(error.message, this.#secrets)}`);
    const { message, details } = transportError(error, source);
    return this.#error('transport', message.slice(source.length + 2), { cause: error, details });
  }

  #closedBy(code: number, reason: Buffer): TakoError {
    const said = redact(reason.toString('utf8'), this.#secrets);
    const how = code === 1_006 ? 'the connection broke off' : `the server closed the connection (${code})`;
    return this.#error('transport', `${how}${said === '' ? '' : `: ${said}`}`, { details: { closeCode: code } });
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

/** A frame as text; `undefined` where its bytes are no UTF-8. `ws` has looked at text frames itself. */
function decode(data: RawData): string | undefined {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // see above
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
