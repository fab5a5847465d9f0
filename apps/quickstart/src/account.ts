import type { Usage } from '@tako/core';

/** What a run used. */
export interface RunUse {
  readonly steps: number;
  readonly usage: Usage;
  readonly costUsd: number | undefined;
}

/** One line about what a run used: `4 steps · 18 809 tokens in, 472 out (estimated) · no cost (no model)`. */
export function account({ steps, usage, costUsd }: RunUse, unpriced: string): string {
  const { inputTokens, outputTokens, estimated = false } = usage;
  const tokens = `${inputTokens + outputTokens} tokens (${inputTokens} in, ${outputTokens} out${estimated ? ', estimated' : ''})`;
  const cost = costUsd === undefined ? unpriced : `$${costUsd.toFixed(costUsd < 0.01 ? 6 : 4)}`;
  return `${steps} ${steps === 1 ? 'step' : 'steps'} · ${tokens} · ${cost}`;
}
