import { invalidOptions, type BudgetAccount, type Call } from '@tako/core';

import type { BudgetOptions, TenantCaps } from './budget-options.js';
import { toNanoUsd } from './nano-usd.js';

const dayMs = 86_400_000;
/** Day accounts stay readable for a while, for dashboards. */
const keepDaysMs = 2 * dayMs;

/** A cap on accounts of one kind, by the names of its options. */
export interface Cap {
  readonly usdOption: keyof BudgetOptions;
  readonly tokensOption: keyof BudgetOptions;
}

/** An account, and which options cap it. */
export interface CappedAccount extends BudgetAccount {
  readonly cap: Cap;
}

/** The UTC day of a moment, as `2026-11-23`. */
export function utcDay(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

/** The account of all tenants on a day. */
export function dayKey(day: string): string {
  return `day:${day}`;
}

/** The account of a tenant on a day. */
export function tenantKey(tenantId: string, day: string): string {
  return `tenant:${tenantId}:${day}`;
}

/** The accounts that calls draw from. Day and tenant are kept even without a cap: dashboards ask for them. */
export class Accounts {
  readonly #options: BudgetOptions;
  readonly #maxRunNanoUsd: number | undefined;
  readonly #hasRunCap: boolean;
  readonly #runIdleMs: number;
  #day = '';
  #dayBeginsMs = Infinity;
  #dayAccount: CappedAccount | undefined;

  constructor(options: BudgetOptions, runIdleMs: number) {
    const { maxUsdPerRun, maxTokensPerRun } = options;
    this.#options = options;
    this.#runIdleMs = runIdleMs;
    this.#maxRunNanoUsd = nano(maxUsdPerRun);
    this.#hasRunCap = maxUsdPerRun !== undefined || maxTokensPerRun !== undefined;
  }

  /** Those of one call: the day, its tenant's day, its run. */
  of({ principal: { tenantId }, runId }: Call, nowMs: number): CappedAccount[] {
    const { maxUsdPerTenantPerDay, maxTokensPerTenantPerDay, maxTokensPerRun } = this.#options;
    const day = this.#today(nowMs);
    const accounts: CappedAccount[] = [
      day,
      {
        key: tenantKey(tenantId, this.#day),
        maxNanoUsd: nano(capOf(maxUsdPerTenantPerDay, tenantId)),
        maxTokens: capOf(maxTokensPerTenantPerDay, tenantId),
        expiresAtMs: day.expiresAtMs,
        cap: tenantCap,
      },
    ];
    if (!this.#hasRunCap) return accounts;
    const expiresAtMs = nowMs + this.#runIdleMs;
    accounts.push({
      key: `run:${runId}`,
      maxNanoUsd: this.#maxRunNanoUsd,
      maxTokens: maxTokensPerRun,
      expiresAtMs,
      cap: runCap,
    });
    return accounts;
  }

  /** Made once a day: writing a date costs more than all the rest. */
  #today(nowMs: number): CappedAccount {
    if (this.#dayAccount !== undefined && nowMs >= this.#dayBeginsMs && nowMs < this.#dayBeginsMs + dayMs) {
      return this.#dayAccount;
    }
    const { maxUsdPerDay, maxTokensPerDay } = this.#options;
    this.#day = utcDay(nowMs);
    this.#dayBeginsMs = Date.parse(this.#day);
    this.#dayAccount = {
      key: dayKey(this.#day),
      maxNanoUsd: nano(maxUsdPerDay),
      maxTokens: maxTokensPerDay,
      expiresAtMs: this.#dayBeginsMs + dayMs + keepDaysMs,
      cap: dayCap,
    };
    return this.#dayAccount;
  }
}

const dayCap: Cap = { usdOption: 'maxUsdPerDay', tokensOption: 'maxTokensPerDay' };
const tenantCap: Cap = { usdOption: 'maxUsdPerTenantPerDay', tokensOption: 'maxTokensPerTenantPerDay' };
const runCap: Cap = { usdOption: 'maxUsdPerRun', tokensOption: 'maxTokensPerRun' };

/** The cap of a tenant: by its name, else by `*`. */
export function capOf(caps: TenantCaps | undefined, tenantId: string): number | undefined {
  if (caps === undefined) return undefined;
  return Object.hasOwn(caps, tenantId) && tenantId !== '*' ? caps[tenantId] : caps['*'];
}

/** Whether any cap in dollars holds for the tenant. */
export function hasUsdCap(options: BudgetOptions, tenantId: string): boolean {
  const { maxUsdPerRequest, maxUsdPerRun, maxUsdPerDay, maxUsdPerTenantPerDay } = options;
  const caps = [maxUsdPerRequest, maxUsdPerRun, maxUsdPerDay, capOf(maxUsdPerTenantPerDay, tenantId)];
  return caps.some((cap) => cap !== undefined);
}

/** @throws `invalid` for a cap that is no number of 0 or more. */
export function checkCaps(options: BudgetOptions): void {
  const check = (name: string, cap: number | undefined): void => {
    if (cap === undefined || (typeof cap === 'number' && cap >= 0)) return;
    const got = typeof cap === 'string' ? `the text "${String(cap)}"` : String(cap); // from JavaScript, or from the environment
    throw invalidOptions('Budget', `${name} must be a number of 0 or more, got ${got}`);
  };
  check('maxUsdPerRequest', options.maxUsdPerRequest);
  check('maxUsdPerRun', options.maxUsdPerRun);
  check('maxUsdPerDay', options.maxUsdPerDay);
  check('maxTokensPerRequest', options.maxTokensPerRequest);
  check('maxTokensPerRun', options.maxTokensPerRun);
  check('maxTokensPerDay', options.maxTokensPerDay);
  for (const name of ['maxUsdPerTenantPerDay', 'maxTokensPerTenantPerDay'] as const) {
    for (const [tenant, cap] of Object.entries(options[name] ?? {})) check(`${name} of "${tenant}"`, cap);
  }
}

function nano(usd: number | undefined): number | undefined {
  return usd === undefined ? undefined : toNanoUsd(usd);
}
