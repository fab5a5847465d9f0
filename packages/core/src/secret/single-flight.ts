import { cancelled } from '../error/make-error.js';
import { ownError } from '../error/own-error.js';

interface Flight<Result> {
  readonly landing: Promise<Result>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * One piece of work for all who wait for the same thing at the same time.
 *
 * Whoever aborts leaves alone: the work goes on for the others, and is aborted when the last one has left.
 */
export class SingleFlight<Result> {
  readonly #flights = new Map<string, Flight<Result>>();

  /**
   * The result of the work that is under way for `key`, or of `work`, which then is.
   *
   * @throws what the work throws, each its own copy; `cancelled` when `signal` aborts.
   */
  run(key: string, work: (signal: AbortSignal) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (signal?.aborted === true) return Promise.reject(cancelled(signal.reason));
    const flight = this.#flights.get(key) ?? this.#start(key, work);
    flight.waiting++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        reject(cancelled(signal?.reason));
        if (--flight.waiting > 0) return;
        this.#end(key, flight);
        flight.controller.abort(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const stopListening = (): void => signal?.removeEventListener('abort', onAbort);
      flight.landing.then(stopListening, stopListening);
      flight.landing.then(resolve, (error: unknown) => reject(ownError(error)));
    });
  }

  /** Lets the work for `key`, or all of it, go on for those who wait, and not for those who come. */
  forget(key?: string): void {
    if (key === undefined) this.#flights.clear();
    else this.#flights.delete(key);
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<Result>): Flight<Result> {
    const controller = new AbortController();
    const fly = async (): Promise<Result> => {
      try {
        return await work(controller.signal);
      } finally {
        this.#end(key, flight); // before anybody hears of it: whoever comes now wants news
      }
    };
    const flight: Flight<Result> = { landing: Promise.resolve().then(fly), controller, waiting: 0 };
    this.#flights.set(key, flight);
    return flight;
  }

  #end(key: string, flight: Flight<Result>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
