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

/** The accounts that a call draws from. Day and tenant are kept even without a cap: dashboards ask for them. */
export function accountsOf(options: BudgetOptions, call: Call, nowMs: number): CappedAccount[] {
  const day = utcDay(nowMs);
  const expiresAtMs = Date.parse(day) + dayMs + keepDaysMs;
  const { tenantId } = call.principal;
  const accounts: CappedAccount[] = [
    {
      key: dayKey(day),
      maxNanoUsd: nano(options.maxUsdPerDay),
      maxTokens: options.maxTokensPerDay,
      expiresAtMs,
      cap: { usdOption: 'maxUsdPerDay', tokensOption: 'maxTokensPerDay' },
    },
    {
      key: tenantKey(tenantId, day),
      maxNanoUsd: nano(capOf(options.maxUsdPerTenantPerDay, tenantId)),
      maxTokens: capOf(options.maxTokensPerTenantPerDay, tenantId),
      expiresAtMs,
      cap: { usdOption: 'maxUsdPerTenantPerDay', tokensOption: 'maxTokensPerTenantPerDay' },
    },
  ];
  if (options.maxUsdPerRun !== undefined || options.maxTokensPerRun !== undefined) {
    accounts.push({
      key: `run:${call.runId}`,
      maxNanoUsd: nano(options.maxUsdPerRun),
      maxTokens: options.maxTokensPerRun,
      expiresAtMs,
      cap: { usdOption: 'maxUsdPerRun', tokensOption: 'maxTokensPerRun' },
    });
  }
  return accounts;
}

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
    if (cap !== undefined && !(cap >= 0)) throw invalidOptions('Budget', `${name} must be 0 or more, got ${cap}`);
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
