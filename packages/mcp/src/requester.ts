import { cancelled, isTakoError, TakoError, type ErrorCode } from '@tako/core';
import { ownError } from '@tako/core/provider';

import type { Connection, RequestSettings } from './connection.js';
import { Connector, type ConnectorEvents } from './connector.js';
import type { ResolvedOptions } from './mcp-options.js';
import { within } from './within.js';

/** A request of a session's user. */
export interface Asked {
  readonly method: string;
  readonly params: Record<string, unknown>;
  /** Names it in errors, for example `the call of "read"`. */
  readonly what: string;
  /** The code for an error that the server answers with. */
  readonly refusal: ErrorCode;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** The option that sets the limit, for the error. */
  readonly timeoutOption: string;
  /** @defaultValue none */
  readonly idleTimeoutMs?: number | undefined;
  readonly onProgress?: RequestSettings['onProgress'];
  /** Made for the connection that the request goes over. */
  readonly headers?: ((connection: Connection) => RequestSettings['headers']) | undefined;
}

/** Asks a server, over whichever connection there is, until it is closed. */
export class Requester {
  readonly options: ResolvedOptions;
  readonly #life = new AbortController();
  readonly #connector: Connector;
  #closing: Promise<void> | undefined;

  constructor(options: ResolvedOptions, events: ConnectorEvents) {
    this.options = options;
    this.#connector = new Connector(options, this.#life.signal, events);
  }

  /** Aborts, with the error to throw, when the session is closed. */
  get life(): AbortSignal {
    return this.#life.signal;
  }

  get isConnected(): boolean {
    return this.#connector.isConnected;
  }

  connected(): Promise<Connection> {
    return this.#connector.connected();
  }

  /** The result of a request, which nobody has looked at yet. */
  async ask(asked: Asked): Promise<unknown> {
    const { signal } = asked;
    return this.atTheDoor(signal, () => this.over(signal, (connection) => this.#askOver(connection, asked)));
  }

  /** Work over the connection, or over another one if the server says that it does not know us any more. */
  async over<T>(signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.wait(signal, () => this.connected());
    try {
      return await work(connection);
    } catch (error) {
      // It has not begun, so nothing is done twice. Others may find out for themselves, so they are left alone.
      if (!isTakoError(error) || error.details?.['unsent'] !== true) throw error;
      connection.retire();
      return work(await this.wait(signal, () => this.connected()));
    }
  }

  /** Waits for work that others may wait for too, and that has its own limits. */
  wait<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return within({ signals: [signal, this.life], clock: this.options.clock }, work);
  }

  /** Work with a limit in time, and a signal that aborts with everybody who may abort it. */
  limited<T>(signal: AbortSignal, what: string, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const total = { ms, expired: () => this.timeout(what, 'connectTimeoutMs', ms) };
    return within({ signals: [signal, this.life], clock: this.options.clock, total }, work);
  }

  /** What a public method throws: `cancelled` for an abort of its own caller's, and an error that nobody shares. */
  async atTheDoor<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw signal.aborted ? cancelled(signal.reason) : ownError(error);
    }
  }

  /** The error for an answer that did not come in time. */
  timeout(what: string, option: string, limitMs: number): TakoError {
    const { name: source } = this.options;
    return new TakoError('timeout', `${source}: ${what} was not answered within ${limitMs} ms (${option})`, {
      source,
      details: { limitMs },
    });
  }

  /** Ends the connection and everything that waits, for good. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      const { name: source } = this.options;
      // Trying again does not help: a closed session stays closed.
      this.#life.abort(new TakoError('transport', `${source}: the session is closed`, { source, retryable: false }));
      this.#closing = this.#connector.close();
    }
    return this.#closing;
  }

  #askOver(connection: Connection, asked: Asked): Promise<unknown> {
    const { method, params, what, refusal, signal, timeoutMs, timeoutOption, onProgress } = asked;
    const { idleTimeoutMs = Infinity } = asked;
    const hearsProgress = onProgress !== undefined || Number.isFinite(idleTimeoutMs);
    return within(
      {
        signals: [signal, this.life],
        clock: this.options.clock,
        total: { ms: timeoutMs, expired: () => this.timeout(what, timeoutOption, timeoutMs) },
        idle: { ms: idleTimeoutMs, expired: () => this.timeout(what, 'callIdleTimeoutMs', idleTimeoutMs) },
      },
      (inner, alive) =>
        connection.request(
          { method, params },
          {
            what,
            refusal,
            signal: inner,
            headers: asked.headers?.(connection),
            onProgress: hearsProgress
              ? (progress) => {
                  alive();
                  onProgress?.(progress);
                }
              : undefined,
          },
        ),
    );
  }
}
