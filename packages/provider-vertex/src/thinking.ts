import type { ReasoningEffort } from '@tako/core';

import { geminiVersion } from './family.js';
import type { VertexThinkingConfig } from './vertex-request.js';

/** How to think, and whether that is less than was asked for. */
export interface Thinking {
  readonly config: VertexThinkingConfig;
  readonly isDowngraded: boolean;
}

/**
 * Low, medium and high are the vendor's own: 1K, 8K and 24K. Source: https://ai.google.dev/gemini-api/docs/openai, as
 * https://feedback.typingmind.com/p/easy-as-pie-update-support-reasoning-effort-none-low-medium quotes it (read 2026-11-23). 0
 * is off, as the types of `@google/genai` 1.52 say. `minimal` is low: no budget is named for it.
 */
const budgets: { readonly [Effort in ReasoningEffort]: number } = {
  none: 0,
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 24_576,
};

/** There is no level below the first one, and none above the last one. */
const levels = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
} as const satisfies { readonly [Effort in ReasoningEffort]: string };

/**
 * Writes an effort as Gemini takes it: up to 2.5 a budget of tokens, later a level. Thoughts are asked for where there are any.
 *
 * Source: https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/thinking (read 2026-11-23).
 */
export function toVertexThinking(effort: ReasoningEffort, model: string): Thinking {
  const version = geminiVersion(model);
  if (version !== undefined && version < 3) {
    const thinkingBudget = budgets[effort];
    const config = effort === 'none' ? { thinkingBudget } : { includeThoughts: true, thinkingBudget };
    return { config, isDowngraded: effort === 'xhigh' };
  }
  const config = { includeThoughts: true, thinkingLevel: levels[effort] };
  return { config, isDowngraded: effort === 'none' || effort === 'xhigh' };
}
