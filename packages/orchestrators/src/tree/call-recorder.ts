import { cancelled, TakoError, wrapProvider, type ModelCall, type ProviderLayer } from '@tako/core';
import { relayStream } from '@tako/core/provider';

import { OpenAnswer, type Place } from '../turn/open-answer.js';
import type { RunAccounts } from '../turn/run-accounts.js';
import type { Limits } from './limits.js';

/** Books every model call of a tree of runs, and refuses those beyond its limits. */
export class CallRecorder {
  readonly #accounts: RunAccounts;
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #onCall: (call: ModelCall) => void | Promise<void>;
  readonly #open = new Set<OpenAnswer>();
  #begun: number;
  #spentUsd: number;

  constructor(
    accounts: RunAccounts,
    limits: Limits,
    now: () => number,
    onCall: (call: ModelCall) => void | Promise<void>,
  ) {
    this.#accounts = accounts;
    this.#limits = limits;
    this.#now = now;
    this.#onCall = (call) => {
      this.#spentUsd += call.costUsd ?? 0;
      return onCall(call);
    };
    this.#begun = accounts.calls.length;
    this.#spentUsd = accounts.calls.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0);
  }

  /** A layer for the calls of one place in the run. What is inside of the provider is not booked once more. */
  layerAt(place: Place): ProviderLayer {
    return (next) =>
      wrapProvider(next, (request, call) => {
        const open = new OpenAnswer(next, request, place, this.#now);
        const accounts = this.#accounts;
        const settle = async (book: () => ModelCall): Promise<void> => {
          // Whoever gave it up has booked it already.
          if (this.#open.delete(open)) await this.#onCall(book());
        };
        return relayStream({
          open: async () => {
            this.#begin();
            this.#open.add(open);
            return { events: next.stream(request, { ...call, enclosing: undefined }) };
          },
          onEvent: (event) => {
            if (event.type === 'attempt') {
              const { type: _, ...attempt } = event;
              this.#begun++; // a provider that asks several (a cascade, a retry) counts for each
              void this.#onCall(accounts.add({ ...place, durationMs: 0, ...attempt }));
            } else open.add(event);
          },
          onFinish: (event) => {
            open.add(event);
            return settle(() => open.close(accounts).call);
          },
          onFail: async (error) => {
            await settle(() => open.breakOff(accounts, error));
            return error;
          },
          onLeave: () => settle(() => open.breakOff(accounts, cancelled(undefined))),
        });
      });
  }

  /** Books the calls under way as far as they came: for when nobody waits for them any more. @returns them */
  giveUp(): readonly ModelCall[] {
    const given = [...this.#open].map((open) => open.breakOff(this.#accounts, cancelled(undefined)));
    this.#open.clear();
    return given;
  }

  #begin(): void {
    const { maxCalls = Infinity, maxTokens = Infinity, maxUsd = Infinity } = this.#limits;
    const { inputTokens, outputTokens } = this.#accounts.usage;
    const used = [
      ['maxCalls', this.#begun, maxCalls],
      ['maxTokens', inputTokens + outputTokens, maxTokens],
      ['maxUsd', this.#spentUsd, maxUsd],
    ] as const;
    for (const [name, spent, limit] of used) {
      if (spent < limit) continue;
      throw new TakoError('budget_exhausted', `the limit ${name} of the run is reached: ${spent} of ${limit}`, {
        source: 'limits',
        details: { limit: name, allowed: limit, used: spent },
      });
    }
    this.#begun++;
  }
}
