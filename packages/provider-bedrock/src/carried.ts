/** Carries an error of ours through the SDK, which writes into the errors that pass it unless they look like its own. */
export class Carried extends Error {
  /** Is written by the SDK when it has learnt the server's time: a request signed at the wrong time is refused. */
  readonly $metadata: { clockSkewCorrected?: boolean } = {};
  readonly #make: (isSkewed: boolean) => Error;

  /**
   * @param make gives the error, once it is known whether the clock was wrong, and is right for the next call
   * @param response what the SDK learns the server's time from
   */
  constructor(make: (isSkewed: boolean) => Error, response?: unknown) {
    super();
    this.#make = make;
    if (response !== undefined) Object.defineProperty(this, '$response', { value: response });
  }

  get error(): Error {
    return this.#make(this.$metadata.clockSkewCorrected === true);
  }
}
