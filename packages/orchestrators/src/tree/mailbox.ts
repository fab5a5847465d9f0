interface Letter<T> {
  readonly content: T;
  readonly taken: () => void;
}

/** Hands things from any number of senders to one reader. A sender waits until its thing was taken: no queue grows. */
export class Mailbox<T> {
  readonly #letters: Letter<T>[] = [];
  #wake: () => void = () => undefined;
  #isClosed = false;

  /** Resolves when the reader asks for the next thing. After `close` it drops the thing. */
  send(content: T): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((taken) => {
      this.#letters.push({ content, taken });
      this.#wake();
    });
  }

  /** Lets all senders go, and ends the reading after what is there. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** All that is sent, until `close`. */
  async *read(): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        const letter = this.#letters.shift();
        if (letter !== undefined) {
          try {
            yield letter.content;
          } finally {
            letter.taken(); // also when the reader leaves
          }
        } else if (this.#isClosed) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.close();
      for (const { taken } of this.#letters.splice(0)) taken();
    }
  }
}
