import {
  cancelled,
  wrapProvider,
  type AttemptEvent,
  type Call,
  type Clock,
  type ModelCall,
  type ProviderLayer,
} from '@tako/core';
import { relayStream } from '@tako/core/provider';

import { OpenAnswer } from '../turn/open-answer.js';
import { RunAccounts } from '../turn/run-accounts.js';

/** Model calls that are made beside an answer (by a router, by a judge), to be told as `attempt` events and paid for. */
export class SideCalls {
  readonly #clock: Clock;
  readonly #accounts = new RunAccounts();
  readonly #open = new Set<OpenAnswer>();
  #untold: AttemptEvent[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The call to make them with. */
  within(call: Call): Call {
    const { depthLeft = Infinity, roundsLeft = Infinity } = call.enclosing ?? {};
    return { ...call, enclosing: { layer: this.#layer, depthLeft, roundsLeft } };
  }

  /** Those that have ended and were not told yet. */
  take(): readonly AttemptEvent[] {
    const untold = this.#untold;
    this.#untold = [];
    return untold;
  }

  /**
   * Those that were not told yet, those under way included, as far as they came: for when nobody waits for them any more.
   * However they end, they are not told again.
   */
  giveUp(): readonly AttemptEvent[] {
    for (const open of this.#open) this.#settle(open, () => open.breakOff(this.#accounts, cancelled(undefined)));
    return this.take();
  }

  #settle(open: OpenAnswer, book: () => ModelCall): void {
    if (this.#open.delete(open)) this.#untold.push(told(book()));
  }

  readonly #layer: ProviderLayer = (next) =>
    wrapProvider(next, (request, call) => {
      const open = new OpenAnswer(next, request, { step: 0, branch: 0 }, () => this.#clock.now());
      return relayStream({
        open: () => {
          this.#open.add(open);
          return Promise.resolve({ events: next.stream(request, { ...call, enclosing: undefined }) });
        },
        onEvent: (event) => {
          if (event.type === 'attempt') this.#untold.push(event);
          else open.add(event);
        },
        onFinish: (event) => {
          open.add(event);
          this.#settle(open, () => open.close(this.#accounts).call);
        },
        onFail: (error) => {
          this.#settle(open, () => open.breakOff(this.#accounts, error));
          return error;
        },
        onLeave: () => {
          this.#settle(open, () => open.breakOff(this.#accounts, cancelled(undefined)));
        },
      });
    });
}

function told({ providerId, usage, costUsd, error, finishReason }: ModelCall): AttemptEvent {
  return {
    type: 'attempt',
    providerId,
    usage,
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(error === undefined ? {} : { error }),
    ...(finishReason === undefined ? {} : { finishReason }),
  };
}
