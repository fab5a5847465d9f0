import { Socket } from 'node:net';

import { buildConnector, Pool, ProxyAgent, type Dispatcher } from 'undici';

import type { CheckedOptions } from './options.js';

/** A dispatcher for each origin, and not too many. */
export class Dispatchers {
  readonly #options: CheckedOptions;
  /** By origin, the one used least recently first. */
  readonly #byOrigin = new Map<string, Dispatcher>();
  /** Given up, but with requests that are not over yet. */
  readonly #leaving = new Set<Dispatcher>();

  readonly #connecting = new Set<Socket>();

  constructor(options: CheckedOptions) {
    this.#options = options;
  }

  to(origin: string): Dispatcher {
    const dispatcher = this.#byOrigin.get(origin) ?? this.#open(origin);
    this.#byOrigin.delete(origin);
    this.#byOrigin.set(origin, dispatcher);
    for (const [oldest, its] of this.#byOrigin) {
      if (this.#byOrigin.size <= this.#options.maxOrigins) break;
      this.#byOrigin.delete(oldest);
      this.#giveUp(its);
    }
    return dispatcher;
  }

  /** Breaks off every request and closes every connection. */
  async destroy(): Promise<void> {
    const all = [...this.#byOrigin.values(), ...this.#leaving];
    this.#byOrigin.clear();
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
    for (const socket of this.#connecting) socket.destroy();
  }

  #open(origin: string): Dispatcher {
    const { pool, serverTls, proxyTls, proxy, connectTimeoutMs, http2 } = this.#options;
    if (proxy === undefined) return new Pool(origin, { ...pool, connect: this.#connector() });
    return new ProxyAgent({
      ...pool,
      connectTimeout: connectTimeoutMs,
      uri: proxy,
      requestTls: { ...serverTls, allowH2: http2 },
      proxyTls: { ...proxyTls, allowH2: false },
    });
  }

  /** Undici's own one. A pool that is destroyed leaves a connection that is being made to its time limit: this one knows it. */
  #connector(): buildConnector.connector {
    const { connectTimeoutMs, http2, serverTls } = this.#options;
    const connect = buildConnector({ ...serverTls, timeout: connectTimeoutMs, allowH2: http2 });
    return (options, callback) => {
      const isOver = (): void => {
        if (socket instanceof Socket) this.#connecting.delete(socket);
      };
      // It gives its socket back, though its type does not say so.
      const socket: unknown = connect(options, (...outcome) => {
        isOver();
        callback(...outcome);
      });
      if (socket instanceof Socket) this.#connecting.add(socket);
    };
  }

  /** Lets its requests finish. */
  #giveUp(dispatcher: Dispatcher): void {
    this.#leaving.add(dispatcher);
    const forget = (): void => void this.#leaving.delete(dispatcher);
    dispatcher.close().then(forget, forget);
  }
}
