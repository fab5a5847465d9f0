import { untilAborted } from '../turn/until-aborted.js';

/** Does a thing once for each key, and keeps what came of it, the latest of so many keys. */
export class KeyedOnce<T> {
  readonly #entries = new Map<string, Promise<T>>();
  readonly #maxEntries: number;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /**
   * What came of the key's work: of an earlier one, of one under way, or of this one.
   *
   * @throws what the work throws: nothing is kept then. Who waits for somebody else's work that failed does its own.
   *   `cancelled` when the signal aborts.
   */
  async get(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (;;) {
      const known = this.#entries.get(key);
      if (known === undefined) return this.#start(key, work());
      this.#keep(key, known);
      try {
        return await untilAborted(signal, () => known);
      } catch (error) {
        if (signal.aborted) throw error;
        // Its owner may have been aborted: that is none of our business. It has been forgotten by now.
      }
    }
  }

  async #start(key: string, working: Promise<T>): Promise<T> {
    this.#keep(key, working);
    try {
      return await working;
    } catch (error) {
      if (this.#entries.get(key) === working) this.#entries.delete(key);
      throw error;
    }
  }

  #keep(key: string, working: Promise<T>): void {
    this.#entries.delete(key);
    this.#entries.set(key, working);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries) break;
      this.#entries.delete(oldest);
    }
  }
}
