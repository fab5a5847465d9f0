import { addUsage, costUsd, noUsage, type ModelCall, type Provider, type RunState, type Usage } from '@tako/core';

/** What a run has used: every model call of it, failed and aborted ones too. */
export class RunAccounts {
  readonly #calls: ModelCall[];
  #usage: Usage;
  #costUsd: number | undefined;

  /** Starts from nothing, or from where an earlier part of the run ended. */
  constructor(earlier?: RunState) {
    this.#calls = [...(earlier?.calls ?? [])];
    this.#usage = earlier?.usage ?? noUsage;
    this.#costUsd = earlier === undefined ? 0 : earlier.costUsd;
  }

  get calls(): readonly ModelCall[] {
    return this.#calls;
  }

  get usage(): Usage {
    return this.#usage;
  }

  /** In US dollars; `undefined` as soon as one call's price is not known. */
  get costUsd(): number | undefined {
    return this.#costUsd;
  }

  /** Books a call at the price of who answered it. */
  book(call: Omit<ModelCall, 'costUsd' | 'providerId'>, { id, price }: Pick<Provider, 'id' | 'price'>): ModelCall {
    return this.add({ ...call, providerId: id, costUsd: price && costUsd(call.usage, price) });
  }

  /** Adds a call that is priced already. */
  add(call: ModelCall): ModelCall {
    const { costUsd: cost } = call;
    this.#calls.push(call);
    this.#usage = addUsage(this.#usage, call.usage);
    if (cost !== undefined && this.#costUsd !== undefined) this.#costUsd += cost;
    // A call that used nothing costs nothing, whatever its price.
    else if (call.usage.inputTokens > 0 || call.usage.outputTokens > 0) this.#costUsd = undefined;
    return call;
  }
}
