import {
  invalidOptions,
  TakoError,
  type BudgetAccount,
  type BudgetAmount,
  type BudgetBalance,
  type BudgetStore,
  type Call,
  type ChatRequest,
  type Provider,
  type WarningEvent,
} from '@tako/core';

import type { BudgetOptions } from './budget-options.js';
import { hasUsdCap, type Accounts, type Cap, type CappedAccount } from './caps.js';
import { toNanoUsd, toUsd } from './nano-usd.js';
import { mostInputPrice, mostOutputPrice } from './worst-case.js';

/** How often a smaller reservation is tried when others take from the same accounts at the same time. */
const maxTries = 16;

/** What is held for one call. */
export interface Reservation {
  readonly id: string;
  readonly accounts: readonly CappedAccount[];
  /** What is held. */
  readonly worstCase: BudgetAmount;
  /** The request, with the maximum output that was reserved for. */
  readonly request: ChatRequest;
  readonly warnings: readonly WarningEvent[];
}

/** The settled options that reserving needs. */
export interface ReserveOptions extends BudgetOptions {
  readonly minOutputTokens: number;
  readonly defaultMaxOutputTokens: number;
  readonly reservationTtlMs: number;
  readonly store: BudgetStore;
  readonly accounts: Accounts;
  readonly countInputTokens: NonNullable<BudgetOptions['countInputTokens']>;
}

/**
 * Holds the worst case of a call in every account that it draws from. Where the request names no maximum output and the
 * one that the model allows is not affordable, the request gets the largest that is.
 *
 * @throws `budget_exhausted` naming the cap, its limit, what is spent and reserved; `invalid` where the price is not known.
 */
export async function reserve(
  options: ReserveOptions,
  provider: Provider,
  request: ChatRequest,
  call: Call,
  nowMs: number,
): Promise<Reservation> {
  const cost = new WorstCase(options, provider, request);
  const warnings: WarningEvent[] = [];
  if (provider.price === undefined && hasUsdCap(options, call.principal.tenantId))
    warnings.push(unpriced(options, provider));

  const { capabilities } = provider;
  const named = request.maxOutputTokens;
  const wanted = named ?? capabilities.maxOutputTokens ?? options.defaultMaxOutputTokens;
  const least = named ?? Math.min(options.minOutputTokens, wanted);
  const accounts = options.accounts.of(call, nowMs);
  const perRequest = requestCap(options);
  const none: BudgetBalance = { spent: zero, reserved: zero };

  let output = Math.min(wanted, cost.mostOutput(perRequest, none));
  if (output < least) throw exhausted(perRequest, none, cost.of(least));
  const id = crypto.randomUUID();
  let worstCase = cost.of(output);
  for (let tries = 1; ; tries++) {
    const held = await options.store.reserve(id, worstCase, accounts, nowMs + options.reservationTtlMs);
    if (held.ok) break;
    const account = accounts.find(({ key }) => key === held.account.key) ?? perRequest;
    output = Math.min(output - 1, cost.mostOutput(account, held.balance));
    if (output < least || tries === maxTries) throw exhausted(account, held.balance, cost.of(least));
    worstCase = cost.of(output);
  }
  if (output < wanted) warnings.push(shortened(output, wanted));
  const isBound = named !== undefined || output === capabilities.maxOutputTokens;
  return { id, accounts, worstCase, warnings, request: isBound ? request : { ...request, maxOutputTokens: output } };
}

const zero: BudgetAmount = { nanoUsd: 0, tokens: 0 };

/** The most that a call can come to, by its maximum output. */
class WorstCase {
  readonly #inputTokens: number;
  readonly #nanoPerInput: number;
  readonly #nanoPerOutput: number;

  constructor(options: ReserveOptions, provider: Provider, request: ChatRequest) {
    const { countInputTokens } = options;
    const { price } = provider;
    this.#inputTokens = countInputTokens(request, provider.id);
    // A dollar per million tokens is a thousand billionths of a dollar per token.
    this.#nanoPerInput = price === undefined ? 0 : mostInputPrice(price) * 1_000;
    this.#nanoPerOutput = price === undefined ? 0 : mostOutputPrice(price) * 1_000;
  }

  of(outputTokens: number): BudgetAmount {
    return {
      nanoUsd: Math.ceil(this.#inputTokens * this.#nanoPerInput + outputTokens * this.#nanoPerOutput),
      tokens: this.#inputTokens + outputTokens,
    };
  }

  /** The longest output that an account can still bear; below 0 where not even the input is. */
  mostOutput({ maxNanoUsd = Infinity, maxTokens = Infinity }: BudgetAccount, balance: BudgetBalance): number {
    const { spent, reserved } = balance;
    const nanoLeft = maxNanoUsd - spent.nanoUsd - reserved.nanoUsd - this.#inputTokens * this.#nanoPerInput;
    const tokensLeft = maxTokens - spent.tokens - reserved.tokens - this.#inputTokens;
    const affordable = this.#nanoPerOutput > 0 || nanoLeft < 0 ? nanoLeft / this.#nanoPerOutput : Infinity;
    return Math.floor(Math.min(affordable, tokensLeft));
  }
}

function requestCap({ maxUsdPerRequest, maxTokensPerRequest }: BudgetOptions): CappedAccount {
  return {
    key: 'request',
    maxNanoUsd: maxUsdPerRequest === undefined ? undefined : toNanoUsd(maxUsdPerRequest),
    maxTokens: maxTokensPerRequest,
    expiresAtMs: 0,
    cap: { usdOption: 'maxUsdPerRequest', tokensOption: 'maxTokensPerRequest' },
  };
}

function exhausted(account: CappedAccount, balance: BudgetBalance, needed: BudgetAmount): TakoError {
  const { maxNanoUsd, maxTokens, key } = account;
  const { spent, reserved } = balance;
  const isUsd = maxNanoUsd !== undefined && spent.nanoUsd + reserved.nanoUsd + needed.nanoUsd > maxNanoUsd;
  const cap: Cap[keyof Cap] = isUsd ? account.cap.usdOption : account.cap.tokensOption;
  const figures = isUsd
    ? {
        limitUsd: toUsd(maxNanoUsd),
        spentUsd: toUsd(spent.nanoUsd),
        reservedUsd: toUsd(reserved.nanoUsd),
        neededUsd: toUsd(needed.nanoUsd),
      }
    : {
        limitTokens: maxTokens,
        spentTokens: spent.tokens,
        reservedTokens: reserved.tokens,
        neededTokens: needed.tokens,
      };
  const words = isUsd
    ? `limit $${figures.limitUsd}, spent $${figures.spentUsd}, reserved $${figures.reservedUsd}, this call may need $${figures.neededUsd}`
    : `limit ${maxTokens}, spent ${spent.tokens}, reserved ${reserved.tokens}, this call may need ${needed.tokens} tokens`;
  return new TakoError('budget_exhausted', `the budget's ${cap} is exhausted: ${words}`, {
    source: 'Budget',
    details: { cap, account: key, ...figures },
  });
}

function unpriced({ onUnknownPrice = 'refuse' }: BudgetOptions, provider: Provider): WarningEvent {
  const message = `the price of ${provider.id} is not known, so that its calls do not count against the caps in dollars`;
  if (onUnknownPrice === 'warn') return { type: 'warning', code: 'unknown_price', message };
  throw invalidOptions(
    'Budget',
    `the price of ${provider.id} is not known, and a cap in dollars is set; pass the provider a price, or set onUnknownPrice to 'warn'`,
  );
}

function shortened(output: number, wanted: number): WarningEvent {
  const message = `the answer is limited to ${output} tokens instead of ${wanted}: more is not affordable`;
  return { type: 'warning', code: 'output_limited_by_budget', message };
}
