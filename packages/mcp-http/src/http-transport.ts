/* oxlint-disable unicorn/prefer-add-event-listener -- the SDK's transports are no event targets */
import type {
  AuthProvider,
  JSONRPCMessage,
  OAuthClientProvider,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  TransportSendOptions,
} from '@modelcontextprotocol/client';
import { TakoError, type Clock } from '@tako/core';
import { codeByStatus, transportError } from '@tako/core/provider';
import type { HeadersOption, McpTransport } from '@tako/mcp/transport';

import { guardedFetch, type Fetch } from './guarded-fetch.js';
import { PendingRequests } from './pending-requests.js';
import { ResumeSchedule } from './resume-schedule.js';

/** What a connection is made with. */
export interface HttpTransportOptions {
  /** Names the server in errors. */
  readonly source: string;
  readonly url: URL;
  readonly headers: HeadersOption;
  readonly authProvider: AuthProvider | OAuthClientProvider | undefined;
  readonly mode: 'auto' | 'sse' | 'streamable';
  readonly maxMessageBytes: number;
  readonly graceMs: number;
  readonly send: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
  /** The server was found to speak the older protocol. */
  readonly onSse: () => void;
}

/** A shorter value is no secret, and taking it out would leave nothing to read. */
const shortestSecret = 4;
/** Tokens change with time: an error quotes one of the latest. */
const mostSecrets = 20;

type Inner = SSEClientTransport | StreamableHTTPClientTransport;

/**
 * One session over HTTP: the SDK's transports, and what they leave open.
 *
 * The SDK (2.4.0) leaves a request waiting for ever when its answer breaks off and cannot be resumed; tries a stream that
 * a server cut again and again, however large the message that it could not take; reports a session that the server has
 * forgotten as any other error; sends fixed headers only, and those to token servers too; and falls back to the older
 * protocol only by hand.
 */
export class HttpTransport implements McpTransport {
  /** The protocol layer ends a request's stream to cancel it, from revision 2026-07-28 on. */
  readonly hasPerRequestStream = true;
  readonly #options: HttpTransportOptions;
  readonly #fetch: Fetch;
  readonly #pending: PendingRequests;
  readonly #resuming: ResumeSchedule;
  #secrets: readonly string[] = [];
  #inner: Inner | undefined;
  #mode: HttpTransportOptions['mode'];
  #protocolVersion: string | undefined;
  #isClosing = false;
  #closing: Promise<void> | undefined;
  #hasEnded = false;
  #failure: (() => TakoError) | undefined;

  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: McpTransport['onmessage'];
  onmissed?: (() => void) | undefined;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
    this.#mode = options.mode;
    this.#resuming = new ResumeSchedule({ ...options, onBreak: () => this.onmissed?.() });
    this.#pending = new PendingRequests(() => {
      this.onmissed?.();
      return this.#broken();
    });
    this.#fetch = guardedFetch({
      source: options.source,
      url: options.url,
      headers: options.headers,
      maxMessageBytes: options.maxMessageBytes,
      send: options.send,
      onSecrets: (values) => {
        this.#secrets = [...new Set([...this.#secrets, ...values])]
          .filter((value) => value.length >= shortestSecret)
          .slice(-mostSecrets);
      },
      onEnd: (failure) => this.#end(failure),
    });
  }

  get failure(): TakoError | undefined {
    return this.#failure?.();
  }

  get secrets(): readonly string[] {
    return this.#secrets;
  }

  async start(): Promise<void> {
    const inner = await this.#make(this.#mode === 'sse');
    await inner.start();
  }

  setProtocolVersion(version: string): void {
    this.#protocolVersion = version;
    this.#inner?.setProtocolVersion(version);
  }

  /** Resolves when a notification was sent, or a request answered. */
  async send(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    const inner = this.#inner;
    if (inner === undefined || this.#hasEnded) throw this.failure ?? this.#closed();
    try {
      await this.#sendOver(inner, message, options);
    } catch (error) {
      if (!this.#speaksSse(message, error)) throw this.#explain(error);
      await this.#changeToSse(error);
      await this.send(message, options);
    }
  }

  /** Trades what the user's browser came back with for tokens. */
  async finishAuth(callback: URLSearchParams): Promise<void> {
    const inner = this.#inner ?? (await this.#make(this.#mode === 'sse'));
    try {
      await inner.finishAuth(callback);
    } catch (error) {
      const { source } = this.#options;
      throw new TakoError('auth', `${source}: there were no tokens to be had for the callback`, {
        source,
        cause: error,
      });
    }
  }

  /** Ends the session at the server, and all requests. */
  close(): Promise<void> {
    this.#isClosing = true;
    // A turn later, since who hears of the end calls this too.
    this.#closing ??= Promise.resolve().then(() => this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#end();
    const inner = this.#inner;
    if (inner === undefined) return;
    if ('terminateSession' in inner && this.#failure === undefined) await this.#terminate(inner);
    await inner.close();
  }

  /** A server that is slow to forget the session, or does not know how, holds up nobody for long. */
  async #terminate(inner: StreamableHTTPClientTransport): Promise<void> {
    let stopTimer: () => void = () => undefined;
    const timeIsOver = new Promise<void>((resolve) => {
      stopTimer = this.#options.clock.after(this.#options.graceMs, resolve);
    });
    const terminated = inner.terminateSession().catch(() => undefined); // the server may not even be there
    await Promise.race([terminated, timeIsOver]);
    stopTimer();
  }

  async #make(isSse: boolean): Promise<Inner> {
    const { SSEClientTransport, SseError, StreamableHTTPClientTransport } = await import('./sdk-transports.js');
    if (this.#isClosing) throw this.#closed();
    const { authProvider, url } = this.#options;
    const shared = { fetch: this.#fetch, ...(authProvider !== undefined && { authProvider }) };
    const inner = isSse
      ? new SSEClientTransport(url, shared)
      : new StreamableHTTPClientTransport(url, { ...shared, ...this.#resuming.sdkOptions });
    inner.onmessage = (message) => {
      if (this.#hasEnded) return;
      this.#pending.settle(message);
      this.onmessage?.(message);
    };
    inner.onerror = (error) => this.#heard(inner, error, SseError.isInstance(error));
    inner.onclose = () => undefined; // only we close it
    this.#inner = inner;
    if (this.#protocolVersion !== undefined) inner.setProtocolVersion(this.#protocolVersion);
    return inner;
  }

  async #sendOver(inner: Inner, message: JSONRPCMessage, options: TransportSendOptions): Promise<void> {
    if (!('terminateSession' in inner)) {
      await inner.send(message);
      return;
    }
    await this.#pending.send(message, options, (settings) => inner.send(message, settings));
  }

  #heard(inner: Inner, error: Error, isStream: boolean): void {
    // What could not be sent is told of by `send`.
    if (this.#hasEnded || inner !== this.#inner || statusOf(error) !== undefined) return;
    this.onerror?.(error);
    // The stream that all answers come over broke: another one would be another session.
    if (isStream) this.#end(() => this.#broken());
  }

  /** How a server of revision 2024-11-05 answers `initialize` where it expects a stream to be opened first. */
  #speaksSse(message: JSONRPCMessage, error: unknown): boolean {
    const isHandshake = 'method' in message && message.method === 'initialize';
    return isHandshake && this.#mode === 'auto' && !this.#hasEnded && [400, 404, 405].includes(statusOf(error) ?? 0);
  }

  async #changeToSse(refusal: unknown): Promise<void> {
    this.#mode = 'sse';
    const before = this.#inner;
    try {
      const inner = await this.#make(true);
      await inner.start();
    } catch {
      throw this.failure ?? this.#explain(refusal); // what it said to the newer protocol says more
    } finally {
      await before?.close();
    }
    this.#options.onSse();
  }

  #end(failure?: () => TakoError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (!this.#isClosing) this.#failure = failure;
    this.#resuming.stop();
    this.#pending.stop();
    this.onclose?.();
    void this.close();
  }

  /** Status codes are the SDK's to read; anything else is a connection that failed. */
  #explain(error: unknown): unknown {
    if (this.#hasEnded) return this.failure ?? this.#closed();
    const { source } = this.#options;
    const status = statusOf(error);
    if (this.#mode === 'sse' && status !== undefined) {
      return new TakoError(codeByStatus(status), `${source}: the server answered ${status}`, { source, status });
    }
    return error instanceof TypeError ? transportError(error, source) : error;
  }

  #broken(): TakoError {
    const { source } = this.#options;
    return new TakoError('transport', `${source}: the server's answer broke off`, { source });
  }

  #closed(): TakoError {
    const { source } = this.#options;
    return new TakoError('transport', `${source}: the connection is closed`, { source });
  }
}

/** The status of an answer that was no success. The SDK's older transport has it in its words only (version 2.4.0). */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('status' in error && typeof error.status === 'number') return error.status;
  const [, digits] = /^Error POSTing to endpoint \(HTTP (\d{3})\)/.exec(error.message) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
