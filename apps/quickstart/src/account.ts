import type { Usage } from '@tako/core';

/** What a run used. */
export interface RunUse {
  readonly steps: number;
  readonly usage: Usage;
  readonly costUsd: number | undefined;
}

/**
 * One line about what a run used: `4 steps · 19281 tokens (18809 in, 472 out, estimated) · no cost (no model)`.
 *
 * @param free what is said of a cost of nothing
 */
export function account({ steps, usage, costUsd }: RunUse, free?: string): string {
  const { inputTokens, outputTokens, estimated = false } = usage;
  const tokens = `${inputTokens + outputTokens} tokens (${inputTokens} in, ${outputTokens} out${estimated ? ', estimated' : ''})`;
  return `${steps} ${steps === 1 ? 'step' : 'steps'} · ${tokens} · ${cost(costUsd, free)}`;
}

function cost(costUsd: number | undefined, free: string | undefined): string {
  if (costUsd === undefined) return 'unknown price';
  return costUsd === 0 && free !== undefined ? free : `$${costUsd.toFixed(costUsd < 0.01 ? 6 : 4)}`;
}
