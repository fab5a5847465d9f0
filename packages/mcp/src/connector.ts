import { TakoError } from '@tako/core';

import { Connection } from './connection.js';
import type { ResolvedOptions } from './mcp-options.js';
import { within } from './within.js';

/** Keeps one connection to a server: makes it when it is first wanted, and again after it ended. */
export class Connector {
  readonly #options: ResolvedOptions;
  /** Aborts, with the error to throw, when the session is closed. */
  readonly #life: AbortSignal;
  /** Those that are not wholly gone. */
  readonly #connections = new Set<Connection>();
  #current: Connection | undefined;
  #connecting: Promise<Connection> | undefined;
  /** A server that does not know the newest revision is not asked for it again. */
  #isLegacy = false;

  constructor(options: ResolvedOptions, life: AbortSignal) {
    this.#options = options;
    this.#life = life;
  }

  /**
   * The open connection. All who ask while there is none wait for the same one; when it fails, the next to ask tries
   * again.
   */
  async connected(): Promise<Connection> {
    if (this.#current?.isOpen === true) return this.#current;
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  /** Ends every connection. Resolves when nothing is left of them. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#connections, (connection) => connection.close()));
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
      { signals: [this.#life], clock, timeoutMs: connectTimeoutMs, expired },
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
    const { connect, connectTimeoutMs, name, warn } = this.#options;
    const connection: Connection = new Connection({
      transport: connect(),
      connectTimeoutMs,
      name,
      warn,
      protocolVersion,
      onEnd: () => this.#discard(connection),
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

  /** Lets a connection go, in the background: who waits for it shall not wait for its end too. */
  #discard(connection: Connection): void {
    void connection.close().then(() => this.#connections.delete(connection));
  }
}
