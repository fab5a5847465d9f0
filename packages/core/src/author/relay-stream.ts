import type { ChatEvent, FinishEvent } from '../chat/chat-event.js';
import { providerError } from '../error/make-error.js';

/** A stream that a layer has opened. */
export interface OpenedStream {
  readonly events: AsyncIterable<ChatEvent>;
  /** Events to tell before the others: warnings of the layer's own, or what it has read already. */
  readonly first?: readonly ChatEvent[] | undefined;
}

/** What a layer does around a stream that it hands on as it is. */
export interface RelayOptions {
  /** Runs when the first event is asked for. What it throws is thrown there. */
  readonly open: () => Promise<OpenedStream>;
  /** Sees every event but `finish` before it is handed on; it must be quick, and must not throw. */
  readonly onEvent?: ((event: ChatEvent) => void) | undefined;
  /** Runs before `finish` is handed on. */
  readonly onFinish?: ((event: FinishEvent) => void | Promise<void>) | undefined;
  /** Runs when the stream throws. @returns what to throw in its place */
  readonly onFail?: ((error: unknown) => unknown) | undefined;
  /** Runs when the consumer leaves before `finish`. */
  readonly onLeave?: (() => void | Promise<void>) | undefined;
}

/**
 * The stream of a layer that lets events pass. It costs next to nothing per event, where a generator in its place would
 * cost as much as the generator of the provider itself. It has one consumer, who asks for one event at a time.
 */
export function relayStream(options: RelayOptions): AsyncIterable<ChatEvent> {
  return { [Symbol.asyncIterator]: () => new Relay(options) };
}

type Result = IteratorResult<ChatEvent, undefined>;

class Relay implements AsyncIterator<ChatEvent, undefined> {
  readonly #options: RelayOptions;
  readonly #pass: (result: IteratorResult<ChatEvent>) => Result | Promise<Result>;
  readonly #fail: (error: unknown) => Promise<never>;
  /** Nobody listens: what is inside can be handed out as it is. */
  readonly #isTransparent: boolean;
  #inner: AsyncIterator<ChatEvent, undefined> | undefined;
  #first: readonly ChatEvent[] = [];
  #told = 0;
  #over = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { onEvent, onFinish, onFail, onLeave } = options;
    this.#isTransparent = [onEvent, onFinish, onFail, onLeave].every((listener) => listener === undefined);
    this.#pass = (result) => {
      if (result.done === true)
        return this.#fail(providerError('malformed_response', 'the stream ended without its end'));
      if (result.value.type === 'finish') return this.#finish(result.value);
      onEvent?.(result.value);
      return result;
    };
    this.#fail = async (error) => {
      this.#over = true;
      throw onFail === undefined ? error : await onFail(error);
    };
  }

  next(): Promise<Result> {
    if (this.#over) return this.return();
    if (this.#inner === undefined) return this.#open();
    const mine = this.#first[this.#told];
    if (mine === undefined) {
      const next = this.#inner.next();
      return this.#isTransparent ? next : next.then(this.#pass, this.#fail);
    }
    this.#told++;
    return mine.type === 'finish' ? this.#finish(mine) : Promise.resolve({ done: false, value: mine });
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    const left = !this.#over && this.#inner !== undefined;
    this.#over = true;
    try {
      await this.#inner?.return?.();
    } finally {
      if (left) await this.#options.onLeave?.();
    }
    return { done: true, value: undefined };
  }

  async #open(): Promise<Result> {
    try {
      const { events, first = [] } = await this.#options.open();
      this.#first = first;
      this.#inner = events[Symbol.asyncIterator]();
    } catch (error) {
      this.#over = true; // there is no stream yet that could have failed
      throw error;
    }
    return this.next();
  }

  async #finish(event: FinishEvent): Promise<Result> {
    this.#over = true;
    try {
      await this.#options.onFinish?.(event);
    } catch (error) {
      await this.return(); // the consumer gets the error, and will not close what is inside
      throw error;
    }
    return { done: false, value: event };
  }
}
