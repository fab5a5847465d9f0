import type { ChatRequest, ReasoningEffort } from '@tako/core';

import type { ModelTraits } from './capabilities.js';

/** What makes a model think, and what has to go because it does. */
export interface BedrockReasoning {
  /** For `additionalModelRequestFields`. */
  readonly fields: { readonly [name: string]: unknown };
  /** For `outputConfig`. */
  readonly effort?: string | undefined;
  /** Fields of `inferenceConfig` that the model refuses while it thinks. */
  readonly without: readonly ('temperature' | 'topP')[];
  /** What could not be had as it was asked: the effort as it came out, `none` where thinking is off. */
  readonly downgradedTo?: string | undefined;
}

/** Tokens to think with. Claude takes no fewer than 1024. */
const budgets: { readonly [Effort in ReasoningEffort]: number } = {
  none: 0,
  minimal: 1_024,
  low: 4_096,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_768,
};
const leastBudget = 1_024;

const nothing: BedrockReasoning = { fields: {}, without: [] };

/**
 * Puts an effort into the words of the model's maker.
 *
 * - Claude up to 4.5: `thinking` with a budget of 1024 (minimal), 4096, 8192, 16 384 or 32 768 tokens (xhigh), at most four
 *   fifths of `maxOutputTokens`, which includes it
 * - Claude from 4.6 on: adaptive `thinking`, and the effort in `outputConfig`
 * - Nova 2: `reasoningConfig`; `high` is `medium` where there is a limit of output
 * - gpt-oss: `reasoning_effort`
 * - any other model: the effort in `outputConfig`, where `minimal` is `low`
 *
 * Claude does not think when it must call a tool, nor with less than 1025 tokens of output; it thinks without temperature.
 *
 * Sources (read 2026-11-23): https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html,
 * …/claude-messages-adaptive-thinking.html, https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html, and `OutputConfig` of the SDK 3.1164.0.
 */
export function toBedrockReasoning(request: ChatRequest, { dialect, isClaude }: ModelTraits): BedrockReasoning {
  const effort = request.reasoning?.effort ?? 'none';
  if (effort === 'none') return nothing;
  const { toolChoice, maxOutputTokens = Infinity } = request;
  const mustCall = (request.tools?.length ?? 0) > 0 && (toolChoice === 'required' || typeof toolChoice === 'object');
  if (isClaude && mustCall) return { ...nothing, downgradedTo: 'none' };
  switch (dialect) {
    case 'budget': {
      if (maxOutputTokens <= leastBudget) return { ...nothing, downgradedTo: 'none' };
      const budget = Math.max(leastBudget, Math.min(budgets[effort], Math.floor(maxOutputTokens * 0.8)));
      return { fields: { thinking: { type: 'enabled', budget_tokens: budget } }, without: ['temperature', 'topP'] };
    }
    case 'adaptive':
      return { fields: { thinking: { type: 'adaptive' } }, effort, without: ['temperature', 'topP'] };
    case 'nova': {
      // High effort takes no limit of output, and a limit may stand for money.
      const isLimited = effort === 'high' && maxOutputTokens < Infinity;
      const taken = isLimited ? 'medium' : effort;
      return {
        fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: taken } },
        without: taken === 'high' ? ['temperature', 'topP'] : [],
        ...(isLimited ? { downgradedTo: taken } : {}),
      };
    }
    case 'gpt-oss':
      return { fields: { reasoning_effort: effort }, without: [] };
    case 'converse':
      return effort === 'minimal' ? { ...nothing, effort: 'low', downgradedTo: 'low' } : { ...nothing, effort };
  }
}
