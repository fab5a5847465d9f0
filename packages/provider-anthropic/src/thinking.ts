import type { Capabilities, ChatRequest, ReasoningEffort } from '@tako/core';

import type { AnthropicEffort, AnthropicRequest } from './anthropic-request.js';
import { familyOf } from './families.js';
import { stateOf } from './vendor-state.js';

/** How a request asks the model to think, and how long its answer may be. */
export interface AnthropicThinkingFields {
  readonly maxTokens: number;
  readonly thinking?: AnthropicRequest['thinking'];
  readonly effort?: AnthropicEffort | undefined;
  /** What could not be asked for as it was meant, as a sentence for people. */
  readonly downgrade?: string | undefined;
}

/** What it needs besides the request. */
export interface ThinkingOptions {
  readonly model: string;
  readonly capabilities: Pick<Capabilities, 'maxOutputTokens'>;
  readonly defaultMaxOutputTokens: number;
}

/** Tokens to think with, for models that take a budget. The vendor has no such table. */
const budgets: { readonly [Effort in Exclude<ReasoningEffort, 'none'>]: number } = {
  minimal: 1_024,
  low: 4_096,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_768,
};
/** The smallest budget that the vendor takes. */
const minBudget = 1_024;

/**
 * Puts an effort into the words of the model's family. Where nobody set a limit, a budget to think with comes on top of the
 * default one; where somebody did, it is at most four fifths of it. An answer never may be longer than the model's longest.
 *
 * While a call is forced, models that think only when told to are not told to: together the vendor refuses both. Models with a
 * budget must have thought from the beginning of a turn on, results of tools included.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/thinking and `…/extended-thinking` (read 2026-11-23).
 */
export function toAnthropicThinking(request: ChatRequest, options: ThinkingOptions): AnthropicThinkingFields {
  const { capabilities, defaultMaxOutputTokens } = options;
  const longest = capabilities.maxOutputTokens ?? Infinity;
  const limit = request.maxOutputTokens === undefined ? undefined : Math.min(request.maxOutputTokens, longest);
  const maxTokens = limit ?? Math.min(defaultMaxOutputTokens, longest);
  const asked = request.reasoning?.effort;
  if (asked === undefined) return { maxTokens };
  const family = familyOf(options.model);
  const isForced = forcesTool(request);
  if (family?.thinking === 'budget') {
    const effort = asToEffort(asked, family.efforts);
    if (asked === 'none') return { maxTokens };
    if (isForced) return { maxTokens, effort, downgrade: notWhileForced };
    if (beganWithoutThinking(request)) return { maxTokens, effort, downgrade: 'the turn began without thinking' };
    const wanted = budgets[asked];
    const whole = limit ?? Math.min(defaultMaxOutputTokens + wanted, longest);
    const budget = Math.min(wanted, Math.floor(whole * 0.8));
    if (budget < minBudget) return { maxTokens, effort, downgrade: 'the longest answer leaves no room to think' };
    return { maxTokens: whole, effort, thinking: { type: 'enabled', budget_tokens: budget } };
  }
  if (asked === 'none') return { maxTokens, thinking: notThinking(family?.thinking) };
  const effort = asked === 'minimal' ? 'low' : asked;
  const mustBeTold = family === undefined || family.thinking === 'adaptive';
  return {
    maxTokens,
    effort,
    thinking: mustBeTold && !isForced ? { type: 'adaptive' } : undefined,
    downgrade: mustBeTold && isForced ? notWhileForced : asked === 'minimal' ? 'the least effort is low' : undefined,
  };
}

/** Whether the model must call a tool. */
export function forcesTool({ toolChoice, tools = [] }: ChatRequest): boolean {
  return tools.length > 0 && (toolChoice === 'required' || typeof toolChoice === 'object');
}

/** Whether the model is in the middle of a turn, between two tools, that did not begin with signed thinking. */
function beganWithoutThinking({ messages }: ChatRequest): boolean {
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1);
  const first = turn.find((message) => message.role === 'assistant')?.content[0];
  if (first === undefined) return false;
  const { signature, redacted } = stateOf(first.vendorData);
  return first.type !== 'reasoning' || (signature === undefined && redacted === undefined);
}

const notWhileForced = 'the model does not think where it must call a tool';

/** The effort that a family of budgets has besides, if it has any. */
function asToEffort(asked: ReasoningEffort, efforts: readonly AnthropicEffort[]): AnthropicEffort | undefined {
  return efforts.find((effort) => effort === asked);
}

function notThinking(thinking: string | undefined): AnthropicRequest['thinking'] {
  if (thinking === 'between_tools') return { type: 'between_tools' };
  return thinking === 'adaptive' ? undefined : { type: 'disabled' };
}
