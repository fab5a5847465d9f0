import { TakoError } from '@tako/core';

import { Connection } from './connection.js';
import type { ResolvedOptions } from './mcp-options.js';
import { within } from './within.js';

/** What a connector tells of. */
export interface ConnectorEvents {
  readonly onNotification: (method: string, params: { readonly [name: string]: unknown }) => void;
  /** Notifications may have been missed. */
  readonly onMissed: () => void;
  /** There is a connection again after one was lost. */
  readonly onReturn: () => void;
}

/**
 * Keeps one connection to a server: makes it when it is first wanted, and again after it ended by itself, with pauses
 * that grow between tries that fail.
 */
export class Connector {
  readonly #options: ResolvedOptions;
  readonly #events: ConnectorEvents;
  /** Aborts, with the error to throw, when the session is closed. */
  readonly #life: AbortSignal;
  /** Those that are not wholly gone. */
  readonly #connections = new Set<Connection>();
  #current: Connection | undefined;
  #connecting: Promise<Connection> | undefined;
  /** Tries in a row that failed since the connection was lost; `undefined` while none is, or after the last try. */
  #failures: number | undefined;
  /** How often we came back in a row without being asked: a server that dies at once, again and again, is let go. */
  #unasked = 0;
  /** The wait before the next try of our own, and what ends it early. */
  #pause: { readonly over: Promise<void>; readonly end: () => void } | undefined;
  /** A server that does not know the newest revision is not asked for it again. */
  #isLegacy = false;

  constructor(options: ResolvedOptions, life: AbortSignal, events: ConnectorEvents) {
    this.#options = options;
    this.#life = life;
    this.#events = events;
  }

  /**
   * The open connection. All who ask while there is none wait for the same one; when it fails, the next to ask tries
   * again. Who asks while tries fail waits for the next one.
   */
  async connected(): Promise<Connection> {
    if (this.#current?.isOpen === true) return this.#current;
    this.#unasked = 0;
    return this.#join();
  }

  /** Whether there is an open connection. */
  get isConnected(): boolean {
    return this.#current?.isOpen === true;
  }

  /** Ends every connection. Resolves when nothing is left of them. */
  async close(): Promise<void> {
    this.#pause?.end();
    await Promise.all(Array.from(this.#connections, (connection) => connection.close()));
  }

  #join(): Promise<Connection> {
    this.#connecting ??= this.#next().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #next(): Promise<Connection> {
    // The first try after a loss is made as soon as somebody asks.
    if (this.#failures === 0) this.#pause?.end();
    else await this.#pause?.over;
    try {
      const connection = await this.#connect();
      const wasLost = this.#failures !== undefined;
      this.#failures = undefined;
      this.#pause?.end();
      if (wasLost) this.#events.onReturn();
      return connection;
    } catch (error) {
      if (this.#failures !== undefined) {
        this.#failures++;
        this.#tryLater();
      }
      throw error;
    }
  }

  /** Sets the time of the next try, or gives up and leaves it to the next who asks. */
  #tryLater(): void {
    const { clock, maxReconnectDelayMs, random, reconnectAttempts, reconnectDelayMs } = this.#options;
    const failures = Math.max(this.#failures ?? 0, this.#unasked);
    if (failures >= reconnectAttempts || this.#life.aborted) {
      this.#failures = undefined;
      return;
    }
    const longestMs = Math.min(maxReconnectDelayMs, reconnectDelayMs * 2 ** failures);
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      const stop = clock.after(random() * longestMs, () => {
        end();
        this.#unasked++;
        // Nobody hears of it: who asks next waits for the next try, which is set by then.
        this.#join().catch(() => undefined);
      });
      end = () => {
        stop();
        this.#pause = undefined;
        resolve();
      };
    });
    this.#pause = { over, end };
  }

  async #connect(): Promise<Connection> {
    const { clock, connectTimeoutMs, name, protocolVersion } = this.#options;
    let latest: Connection | undefined;
    const attempt = async (version: ResolvedOptions['protocolVersion'], signal: AbortSignal): Promise<Connection> => {
      latest = this.#begin(version);
      return this.#open(latest, signal);
    };
    const expired = (): TakoError => {
      const said = latest?.diagnostics;
      return new TakoError(
        'timeout',
        `${name}: the server was not ready within ${connectTimeoutMs} ms${said === undefined ? '' : `; it said: ${said}`}`,
        { source: name, excerpt: said, details: { limitMs: connectTimeoutMs } },
      );
    };

    this.#current = await within(
      { signals: [this.#life], clock, total: { ms: connectTimeoutMs, expired } },
      async (signal) => {
        const version = this.#isLegacy ? '2025-11-25' : protocolVersion;
        if (version !== 'auto') return attempt(version, signal);
        try {
          return await attempt('auto', signal);
        } catch (error) {
          // Some old servers end, or fall silent, when the first request is not `initialize`: they get a connection
          // that begins with it.
          if (latest?.isPuzzling !== true || signal.aborted) throw error;
          return attempt('2025-11-25', signal);
        }
      },
    );
    this.#isLegacy = this.#current.isLegacy;
    return this.#current;
  }

  #begin(protocolVersion: ResolvedOptions['protocolVersion']): Connection {
    const connection: Connection = new Connection({
      ...this.#options,
      transport: this.#options.connect(),
      protocolVersion,
      onEnd: () => this.#ended(connection),
      onNotification: this.#events.onNotification,
      onMissed: this.#events.onMissed,
    });
    this.#connections.add(connection);
    return connection;
  }

  async #open(connection: Connection, signal: AbortSignal): Promise<Connection> {
    const giveUp = (): void => this.#discard(connection);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await connection.open();
      return connection;
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #ended(connection: Connection): void {
    this.#discard(connection);
    if (this.#current !== connection) return; // it was never ready, or its end was told of before
    this.#current = undefined;
    if (this.#life.aborted) return;
    this.#failures = 0;
    this.#tryLater();
  }

  /** Lets a connection go, in the background: who waits for it shall not wait for its end too. */
  #discard(connection: Connection): void {
    void connection.close().then(() => this.#connections.delete(connection));
  }
}
