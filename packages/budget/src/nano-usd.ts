import { costUsd, type Price, type Usage } from '@tako/core';

/** Amounts are kept in billionths of a dollar, whole numbers: sums of a million small calls stay exact. */
const nanoPerUsd = 1_000_000_000;

/** US dollars as whole billionths, rounded to the nearest. */
export function toNanoUsd(usd: number): number {
  return Math.round(usd * nanoPerUsd);
}

/** Billionths as US dollars. */
export function toUsd(nanoUsd: number): number {
  return nanoUsd / nanoPerUsd;
}

/** The cost of `usage` in billionths of a dollar. */
export function costNanoUsd(usage: Usage, price: Price): number {
  return toNanoUsd(costUsd(usage, price));
}
