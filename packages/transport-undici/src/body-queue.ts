/** What a queue may tell its source. */
export interface BodySource {
  pause(): void;
  resume(): void;
  /** Nobody wants the rest. */
  leave(): void;
}

interface Waiter {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** Bytes that wait before their source is paused. */
const mostQueuedBytes = 65_536;

/** A body from a source that pushes to a consumer that pulls. The source is paused while the consumer is behind. */
export class BodyQueue implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #source: BodySource;
  readonly #pieces: Uint8Array[] = [];
  readonly #waiters: Waiter[] = [];
  #queuedBytes = 0;
  #isPaused = false;
  #end: { readonly error?: unknown } | undefined;

  constructor(source: BodySource) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.#pieces.shift();
    if (value !== undefined) {
      this.#queuedBytes -= value.length;
      if (this.#isPaused && this.#queuedBytes < mostQueuedBytes) {
        this.#isPaused = false;
        this.#source.resume();
      }
      return Promise.resolve({ done: false, value });
    }
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
    }
    const { error } = this.#end;
    this.#end = {}; // an error is thrown once, as by a generator
    return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    const isOpen = this.#end === undefined;
    this.#clear();
    this.end();
    if (isOpen) this.#source.leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  push(piece: Uint8Array): void {
    if (this.#end !== undefined) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) return waiter.resolve({ done: false, value: piece });
    this.#pieces.push(piece);
    this.#queuedBytes += piece.length;
    if (this.#queuedBytes < mostQueuedBytes || this.#isPaused) return;
    this.#isPaused = true;
    this.#source.pause();
  }

  end(): void {
    this.#end ??= {};
    for (const { resolve } of this.#waiters.splice(0)) resolve({ done: true, value: undefined });
  }

  /** What has come before is still handed out. */
  fail(error: unknown): void {
    if (this.#end !== undefined) return;
    const waiter = this.#waiters.shift();
    this.#end = waiter === undefined ? { error } : {};
    waiter?.reject(error);
    this.end();
  }

  /** Nothing is handed out any more. */
  abort(reason: unknown): void {
    this.#clear();
    this.fail(reason);
  }

  #clear(): void {
    this.#pieces.length = 0;
    this.#queuedBytes = 0;
  }
}
