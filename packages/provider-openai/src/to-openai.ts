import type { ChatRequest, WarningEvent } from '@tako/core';
import { toOpenAI, type OpenAIBody, type ToOpenAIOptions } from '@tako/openai-wire';

/**
 * Models that refuse tools over chat completions unless they are told not to reason, also where nothing is said about
 * reasoning. Source: https://github.com/BerriAI/litellm/pull/34569 (read 2026-11-23).
 */
const toolsWithoutReasoning = /^gpt-(5\.6|6-sol|6-luna|6\.1-terra)/;

const reasoningOff: WarningEvent = {
  type: 'warning',
  code: 'downgraded_reasoning',
  message: 'reasoning is off: chat completions take no tools with it, the Responses API does',
};

/**
 * Writes a request as OpenAI itself takes it.
 *
 * Where the model would refuse tools because it reasons by default, reasoning is turned off, with the warning
 * `downgraded_reasoning`. An effort that the caller has set stays, and OpenAI may refuse it. Over the
 * Responses API there is no such limit.
 *
 * @throws as `toOpenAI` of `@tako/openai-wire`.
 */
export function toOpenAIBody(request: ChatRequest, options: ToOpenAIOptions): OpenAIBody {
  const mustNotReason =
    toolsWithoutReasoning.test(options.model) && (request.tools?.length ?? 0) > 0 && request.reasoning === undefined;
  if (!mustNotReason) return toOpenAI(request, options);
  const { body, warnings } = toOpenAI({ ...request, reasoning: { effort: 'none' } }, options);
  return { body, warnings: [...warnings, reasoningOff] };
}
