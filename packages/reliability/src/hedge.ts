import {
  costUsd,
  estimateUsage,
  invalidOptions,
  systemClock,
  wrapProvider,
  type AttemptEvent,
  type Call,
  type ChatRequest,
  type Clock,
  type Provider,
  type ProviderLayer,
} from '@tako/core';
import { relayStream } from '@tako/core/provider';

import { firstContent, type BegunStream } from './first-content.js';

/** What `hedge` takes. */
export interface HedgeOptions {
  /** How long the first try may go without content before a second one starts, in milliseconds. */
  readonly afterMs: number;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * Asks a second time when the first try has brought nothing after a while, and takes whichever brings content first. The
 * other is aborted; what it used is estimated, told as an `attempt` event, and paid for. For calls whose slowest hundredth
 * hurts more than the price of a second one.
 *
 * @throws what the last try throws, when both fail.
 */
export function hedge(options: HedgeOptions): ProviderLayer {
  const { afterMs, clock = systemClock(globalThis) } = options;
  if (!(afterMs >= 0)) throw invalidOptions('hedge', `afterMs must be 0 or more, got ${afterMs}`);

  return (next) =>
    wrapProvider(next, (request, call) => {
      const race = new Race(next, request, call);
      const end = (): void => {
        race.end();
      };
      return relayStream({
        open: () => race.run(clock, afterMs),
        onFinish: end,
        onFail: (error) => {
          end();
          return error;
        },
        onLeave: end,
      });
    });
}

/** Two tries of one call, each with a signal of its own that follows the caller's. */
class Race {
  readonly #next: Provider;
  readonly #request: ChatRequest;
  readonly #call: Call;
  readonly #controllers: AbortController[] = [];
  readonly #onAbort = (): void => {
    for (const controller of this.#controllers) controller.abort(this.#call.signal.reason);
  };

  constructor(next: Provider, request: ChatRequest, call: Call) {
    this.#next = next;
    this.#request = request;
    this.#call = call;
  }

  /** @throws what the last try throws, when both fail. */
  async run(clock: Clock, afterMs: number): Promise<BegunStream> {
    this.#call.signal.addEventListener('abort', this.#onAbort, { once: true });
    const first = this.#start();
    let stopTimer: () => void = () => undefined;
    const late = new Promise<'late'>((resolve) => {
      stopTimer = clock.after(afterMs, () => {
        resolve('late');
      });
    });
    try {
      const sooner = await Promise.race([first, late]);
      if (sooner !== 'late') return sooner.begun;
      this.#call.span?.event('hedge', { providerId: this.#next.id, afterMs });
      const { begun, at } = await Promise.any([first, this.#start()]);
      this.#call.span?.event('hedge_won', { attempt: at + 1 });
      this.#controllers[1 - at]?.abort(new Error('the other try was faster'));
      return { ...begun, first: [this.#loser(), ...begun.first] };
    } catch (error) {
      this.end();
      throw error instanceof AggregateError ? error.errors.at(-1) : error;
    } finally {
      stopTimer();
    }
  }

  end(): void {
    this.#call.signal.removeEventListener('abort', this.#onAbort);
  }

  async #start(): Promise<{ readonly begun: BegunStream; readonly at: number }> {
    const controller = new AbortController();
    const at = this.#controllers.push(controller) - 1;
    if (this.#call.signal.aborted) this.#onAbort();
    // An answer in one piece would always look slow.
    const call = { ...this.#call, signal: controller.signal, streaming: true };
    const begun = await firstContent(this.#next.stream(this.#request, call));
    return { begun, at };
  }

  /** It had no content, so that only its input can be guessed at. */
  #loser(): AttemptEvent {
    const { id, price } = this.#next;
    const usage = estimateUsage(this.#request, []);
    const cost = price === undefined ? {} : { costUsd: costUsd(usage, price) };
    return { type: 'attempt', providerId: id, usage, ...cost, error: 'cancelled' };
  }
}
