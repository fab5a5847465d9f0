import type { JSONRPCMessage, RequestId, TransportSendOptions } from '@modelcontextprotocol/client';
import type { TakoError } from '@tako/core';

/** What the SDK's transport takes with a message, as far as we use it. */
export interface SendSettings {
  requestSignal?: AbortSignal;
  onRequestStreamEnd?: () => void;
  headers?: Readonly<Record<string, string>>;
}

interface Pending {
  readonly answered: () => void;
  readonly stop: AbortController;
}

/** Requests whose answers are on their way, each over a stream of its own. */
export class PendingRequests {
  readonly #broken: () => TakoError;
  readonly #pending = new Map<RequestId, Pending>();

  /** @param broken the error for an answer that breaks off */
  constructor(broken: () => TakoError) {
    this.#broken = broken;
  }

  /**
   * Sends a message. For a request it resolves when the answer is there, and rejects when its stream ends without one: the
   * SDK rejects the request with it, and would wait for ever otherwise.
   */
  async send(
    message: JSONRPCMessage,
    options: TransportSendOptions,
    send: (settings: SendSettings) => Promise<void>,
  ): Promise<void> {
    if (!('method' in message) || !('id' in message)) {
      await send({});
      if ('method' in message && message.method === 'notifications/cancelled') this.#cancel(message.params);
      return;
    }
    const { id } = message;
    const stop = new AbortController();
    const { requestSignal, onRequestStreamEnd, headers } = options;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#pending.set(id, { answered: resolve, stop });
        stop.signal.addEventListener('abort', () => resolve(), { once: true });
        const settings: SendSettings = {
          ...(headers !== undefined && { headers }),
          requestSignal: requestSignal === undefined ? stop.signal : AbortSignal.any([requestSignal, stop.signal]),
          onRequestStreamEnd: () => {
            onRequestStreamEnd?.();
            reject(this.#broken());
          },
        };
        requestSignal?.addEventListener('abort', () => resolve(), { once: true });
        send(settings).catch(reject);
      });
    } finally {
      this.#pending.delete(id);
    }
  }

  /** Takes note of an answer. */
  settle(message: JSONRPCMessage): void {
    if ('method' in message || !('id' in message) || message.id === undefined) return;
    // Some servers make a text of a number.
    const pending = this.#pending.get(message.id) ?? this.#pending.get(Number(message.id));
    pending?.answered();
  }

  /** Lets go of all of them. */
  stop(): void {
    for (const { stop } of this.#pending.values()) stop.abort();
  }

  /** Nobody waits any more, and the server was told: the stream is closed. */
  #cancel(params: { readonly [name: string]: unknown } | undefined): void {
    const id = params?.['requestId'];
    if (typeof id === 'number' || typeof id === 'string') this.#pending.get(id)?.stop.abort();
  }
}
