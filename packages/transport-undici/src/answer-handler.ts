import type { HttpResponse } from '@tako/core';
import type { Dispatcher } from 'undici';

import { BodyQueue } from './body-queue.js';

/** What is told of one request. */
interface Told {
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: unknown) => void;
}

/** Hears of one request from undici, and tells of it: its answer, once the headers are there, and then the answer's body. */
export class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #told: Told;
  #controller: Dispatcher.DispatchController | undefined;
  #body: BodyQueue | undefined;
  #isOver = false;

  constructor(signal: AbortSignal, told: Told) {
    this.#signal = signal;
    this.#told = told;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) this.#breakOff(); // it was aborted while it waited for a connection
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: { readonly [name: string]: string | readonly string[] | undefined },
  ): void {
    if (status < 200 || this.#isOver) return; // informational: the answer is still to come
    this.#body = new BodyQueue({
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      leave: () => {
        if (this.#end()) this.#breakOff();
      },
    });
    this.#told.resolve({ status, headers: singleHeaders(headers), body: this.#body });
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    this.#body?.push(piece);
  }

  onResponseEnd(): void {
    const body = this.#body;
    // undici gives the connection back in an immediate that it is about to start. Whoever is told of the end before that, and
    // asks for more, would open another connection.
    if (this.#end()) queueMicrotask(() => setImmediate(() => body?.end()));
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (!this.#end()) return;
    if (this.#body === undefined) this.#told.reject(error);
    else this.#body.fail(error);
  }

  readonly #onAbort = (): void => {
    if (!this.#end()) return;
    const { reason } = this.#signal;
    if (this.#body === undefined) this.#told.reject(reason);
    else this.#body.abort(reason);
    this.#breakOff();
  };

  /** @returns whether it was not over before */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    return true;
  }

  #breakOff(): void {
    this.#controller?.abort(new Error('the request was broken off'));
  }
}

/** Headers that came several times in one value, as the platform's `Headers` gives them. */
function singleHeaders(headers: { readonly [name: string]: string | readonly string[] | undefined }): {
  [name: string]: string;
} {
  const single: { [name: string]: string } = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) single[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return single;
}
