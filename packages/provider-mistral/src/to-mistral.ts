import type { ChatRequest, WarningEvent } from '@tako/core';
import { toOpenAI } from '@tako/openai-wire';

import type { MistralChatRequest } from './mistral-request.js';
import { toMistralMessages } from './to-mistral-messages.js';

/** What a body says besides the request. */
export interface ToMistralOptions {
  readonly model: string;
  /** The provider's id, for errors. */
  readonly source: string;
  readonly stream: boolean;
  /** Whether the model takes back what it thought. */
  readonly reasons: boolean;
  readonly safePrompt?: boolean | undefined;
  /** Where the request has no seed. */
  readonly randomSeed?: number | undefined;
}

/** A body, and what had to be said in another way than it was asked. */
export interface MistralBody {
  readonly body: MistralChatRequest;
  readonly warnings: readonly WarningEvent[];
}

/**
 * Writes a request as Mistral takes it. `vendorOptions.mistral` is merged last.
 *
 * Downgrades, each with a warning: those of `toOpenAI` in `@tako/openai-wire`, `bridged_messages`, `moved_system`,
 * `ignored_seed` (a negative one), `ignored_cache_ttl` (Mistral's cache has no time to live).
 *
 * @throws as `toOpenAI`.
 */
export function toMistral(request: ChatRequest, options: ToMistralOptions): MistralBody {
  const { model, source, stream, reasons, safePrompt, randomSeed } = options;
  const written = toOpenAI(
    { ...request, vendorOptions: undefined },
    { model, vendor: 'mistral', source, stream, maxTokensField: 'max_tokens' },
  );
  const warnings = new Map(written.warnings.map((warning) => [warning.code, warning]));
  const warn = (code: string, message: string): void => void warnings.set(code, { type: 'warning', code, message });

  // What Mistral has not, it refuses.
  const { model: name, messages, tool_choice: choice, seed, ...others } = written.body;
  const { stream_options: _, prompt_cache_retention: __, ...same } = others;
  if (request.cache?.ttlMs !== undefined) warn('ignored_cache_ttl', "Mistral's prompt cache takes no time to live");
  const wanted = seed ?? randomSeed;
  if (wanted !== undefined && wanted < 0) warn('ignored_seed', 'Mistral takes no seed below zero');
  const body: MistralChatRequest = {
    model: name,
    messages: toMistralMessages(messages, request, { source, reasons, warn }),
    ...same,
    ...(choice === undefined ? {} : { tool_choice: choice === 'required' ? 'any' : choice }),
    ...(wanted === undefined || wanted < 0 ? {} : { random_seed: wanted }),
    ...(safePrompt === undefined ? {} : { safe_prompt: safePrompt }),
    ...request.vendorOptions?.['mistral'],
  };
  return { body, warnings: [...warnings.values()] };
}
