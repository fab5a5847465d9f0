import {
  cancelled,
  estimateUsage,
  invalidOptions,
  isTakoError,
  systemClock,
  TakoError,
  tokenCount,
  wrapProvider,
  type BudgetAmount,
  type BudgetStore,
  type Call,
  type ChatEvent,
  type ChatRequest,
  type Clock,
  type Price,
  type Provider,
  type ProviderLayer,
  type Usage,
} from '@tako/core';
import { relayStream } from '@tako/core/provider';

import type { BudgetOptions } from './budget-options.js';
import { Accounts, capOf, checkCaps, dayKey, tenantKey, utcDay } from './caps.js';
import { memoryBudgetStore } from './memory-budget-store.js';
import { costNanoUsd, toUsd } from './nano-usd.js';
import { refusalAttributes } from './refusal-attributes.js';
import { reserve, type Reservation, type ReserveOptions } from './reserve.js';
import { inputCounter } from './worst-case.js';

/** What an account holds, and what it may. */
export interface BudgetUsage {
  readonly spentUsd: number;
  readonly reservedUsd: number;
  /** Absent where there is no cap. */
  readonly maxUsd?: number | undefined;
  readonly spentTokens: number;
  readonly reservedTokens: number;
  /** Absent where there is no cap. */
  readonly maxTokens?: number | undefined;
}

/** Usage of one UTC day. */
export interface DayUsage extends BudgetUsage {
  /** For example `2026-11-23`. */
  readonly day: string;
}

/**
 * Caps that hold: the worst case of every model call is reserved before it, in one atomic step over all accounts, and
 * settled with what it really used. Any number of calls at once never exceed a cap together.
 *
 * ```ts
 * const budget = new Budget({ maxUsdPerRun: 0.5, maxUsdPerTenantPerDay: { acme: 100, '*': 5 } });
 * const provider = budget.layer(openai({ model: 'gpt-6-luna' }));
 * ```
 *
 * Wrap every provider of a tree (workers, judges, sub-runs) with the same budget. A failed call is released, an aborted one
 * keeps what it used: as reported, or estimated from what was heard. Where nobody was to hear anything before the end
 * (`call.streaming` is `false`), an aborted call keeps its worst case.
 */
export class Budget {
  readonly #options: ReserveOptions;
  readonly #store: BudgetStore;
  readonly #clock: Clock;
  /** Settlements that the store did not take; they are due before anything more is reserved. */
  readonly #owed: (() => Promise<void>)[] = [];

  /** @throws `invalid` for caps that are no numbers of 0 or more. */
  constructor(options: BudgetOptions = {}) {
    checkCaps(options);
    const { minOutputTokens = 256, defaultMaxOutputTokens = 32_768 } = options;
    const { reservationTtlMs = 900_000, runIdleMs = 3_600_000 } = options;
    for (const [name, value] of Object.entries({
      minOutputTokens,
      defaultMaxOutputTokens,
      reservationTtlMs,
      runIdleMs,
    })) {
      if (!(value >= 1)) throw invalidOptions('Budget', `${name} must be at least 1, got ${value}`);
    }
    this.#clock = options.clock ?? systemClock(globalThis);
    this.#store = options.store ?? memoryBudgetStore({ clock: this.#clock });
    const accounts = new Accounts(options, runIdleMs);
    const store = this.#store;
    const { countInputTokens = inputCounter() } = options;
    this.#options = {
      ...options,
      minOutputTokens,
      defaultMaxOutputTokens,
      reservationTtlMs,
      store,
      accounts,
      countInputTokens,
    };
  }

  /** The layer that keeps a provider's calls within the budget. */
  get layer(): ProviderLayer {
    return (next) => wrapProvider(next, (request, call) => this.#stream(next, request, call));
  }

  /** What was spent and is reserved on a UTC day, for all tenants or for one. @defaultValue today, all tenants */
  async usage(
    options: { readonly tenantId?: string | undefined; readonly day?: string | undefined } = {},
  ): Promise<DayUsage> {
    const { tenantId, day = utcDay(this.#clock.now()) } = options;
    const { maxUsdPerDay, maxTokensPerDay, maxUsdPerTenantPerDay, maxTokensPerTenantPerDay } = this.#options;
    const isTenant = tenantId !== undefined;
    const { spent, reserved } = await this.#store.balance(isTenant ? tenantKey(tenantId, day) : dayKey(day));
    return {
      day,
      spentUsd: toUsd(spent.nanoUsd),
      reservedUsd: toUsd(reserved.nanoUsd),
      maxUsd: isTenant ? capOf(maxUsdPerTenantPerDay, tenantId) : maxUsdPerDay,
      spentTokens: spent.tokens,
      reservedTokens: reserved.tokens,
      maxTokens: isTenant ? capOf(maxTokensPerTenantPerDay, tenantId) : maxTokensPerDay,
    };
  }

  #stream(next: Provider, request: ChatRequest, call: Call): AsyncIterable<ChatEvent> {
    let held: Reservation | undefined;
    let reported: Usage | undefined;
    let received = '';
    let events = 0;
    const guess = (): Usage => estimateUsage(request, [{ type: 'text', text: received }]);
    /** What a call used that was broken off before its end. */
    const brokenOff = (): Usage | 'worst_case' | undefined => {
      if (reported !== undefined || events > 0) return reported ?? guess();
      // The vendor was writing, unseen: nobody knows how far it came.
      return call.streaming === false ? 'worst_case' : undefined;
    };

    return relayStream({
      open: async () => {
        if (call.signal.aborted) throw cancelled(call.signal.reason, { content: [] });
        try {
          held = await this.#reserve(next, request, call);
        } catch (error) {
          if (isTakoError(error, 'budget_exhausted')) call.span?.event('budget_refused', refusalAttributes(error));
          if (isTakoError(error, 'budget_exhausted', 'invalid', 'cancelled')) throw error;
          throw unkept(error);
        }
        const { worstCase } = held;
        call.span?.event('budget_reserved', {
          reservedUsd: toUsd(worstCase.nanoUsd),
          reservedTokens: worstCase.tokens,
        });
        return { events: next.stream(held.request, call), first: held.warnings };
      },
      onEvent: (event) => {
        events++;
        if (event.type === 'text_delta' || event.type === 'reasoning_delta') received += event.text;
        else if (event.type === 'tool_call_delta') received += event.argumentsDelta;
        else if (event.type === 'usage') reported = event.usage;
      },
      onFinish: (finish) => this.#settle(held, finish.usage ?? reported ?? guess(), next, call),
      onFail: async (error) => {
        const known = (isTakoError(error) ? error.partial?.usage : undefined) ?? reported;
        const isBrokenOff = events > 0 || isTakoError(error, 'cancelled', 'timeout');
        await this.#settle(held, known ?? (isBrokenOff ? brokenOff() : undefined), next, call);
        return error;
      },
      onLeave: () => this.#settle(held, brokenOff(), next, call),
    });
  }

  /** Whoever aborts does not wait for a store that hangs; what it reserves too late is given back. */
  #reserve(next: Provider, request: ChatRequest, call: Call): Promise<Reservation> {
    const { signal } = call;
    return new Promise((resolve, reject) => {
      let isGone = false;
      const onAbort = (): void => {
        isGone = true;
        reject(cancelled(signal.reason, { content: [] }));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#settleOwed()
        .then(() => reserve(this.#options, next, request, call, this.#clock.now()))
        .then((held) => (isGone ? this.#settle(held, undefined, next, { ...call, span: undefined }) : resolve(held)))
        .catch(reject)
        .finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  /** Books what a call used; nothing releases it. A store that fails now is asked again before the next reservation. */
  async #settle(
    held: Reservation | undefined,
    usage: Usage | 'worst_case' | undefined,
    { price }: Provider,
    { span }: Call,
  ): Promise<void> {
    if (held === undefined) return;
    const { id, accounts, worstCase } = held;
    const amount = usage === 'worst_case' ? worstCase : amountOf(usage, price);
    span?.event('budget_settled', { settledUsd: toUsd(amount.nanoUsd), settledTokens: amount.tokens });
    const settle = (): Promise<void> => this.#store.settle(id, amount, accounts);
    try {
      await settle();
    } catch {
      this.#owed.push(settle); // the answer is there and must not be lost; the reservation still holds its worst case
    }
  }

  async #settleOwed(): Promise<void> {
    for (let settle = this.#owed.shift(); settle !== undefined; settle = this.#owed.shift()) {
      try {
        await settle();
      } catch (error) {
        this.#owed.unshift(settle);
        throw error;
      }
    }
  }
}

/** The store failed: nobody is asked without a reservation. */
function unkept(cause: unknown): TakoError {
  return new TakoError('transport', 'the budget cannot be kept: its store failed', { source: 'Budget', cause });
}

function amountOf(usage: Usage | undefined, price: Price | undefined): BudgetAmount {
  if (usage === undefined) return { nanoUsd: 0, tokens: 0 };
  const tokens = tokenCount(usage.inputTokens) + tokenCount(usage.outputTokens);
  return { nanoUsd: price === undefined ? 0 : costNanoUsd(usage, price), tokens };
}
