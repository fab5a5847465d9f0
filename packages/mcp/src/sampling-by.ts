import type { CreateMessageRequestParams, CreateMessageResult, SamplingMessage } from '@modelcontextprotocol/client';
import {
  assistant,
  call as callOf,
  chat,
  system,
  textOf,
  user,
  type Call,
  type FinishReason,
  type Message,
  type Provider,
} from '@tako/core';

import { fromContent } from './from-content.js';
import type { McpSampling } from './mcp-events.js';

/** Options of `samplingBy`. */
export interface SamplingByOptions {
  /** The longest answer, in tokens, however long a one the server asks for. @defaultValue 4096 */
  readonly maxOutputTokens?: number | undefined;
  /**
   * Whose call it is, for budgets and traces. Its signal is heeded beside the server's.
   *
   * @defaultValue the anonymous principal, in a run of its own
   */
  readonly call?: (() => Call) | undefined;
}

/**
 * Answers what servers ask a model, by a provider: give it as `onSampling`. A budget around the provider is charged as
 * for any other call. Tools and context of other servers are not handed on; servers are told that there are none.
 *
 * ```ts
 * new McpStdio({ command, onSampling: samplingBy(withLayers(openai({ model }), [budget.layer()])) });
 * ```
 */
export function samplingBy(provider: Provider, options: SamplingByOptions = {}): McpSampling {
  const { maxOutputTokens = 4_096, call = () => callOf() } = options;
  return async (params, { signal }) => {
    const base = call();
    const response = await chat(provider, toRequest(params, maxOutputTokens), {
      ...base,
      signal: AbortSignal.any([base.signal, signal]),
    });
    return {
      role: 'assistant',
      model: response.model ?? provider.id,
      content: { type: 'text', text: textOf(response.message) },
      stopReason: stopReasonOf(response.finishReason),
    } satisfies CreateMessageResult;
  };
}

function toRequest(params: CreateMessageRequestParams, maxOutputTokens: number): Parameters<typeof chat>[1] {
  const { systemPrompt, messages, temperature, maxTokens, stopSequences } = params;
  return {
    messages: [...(systemPrompt === undefined ? [] : [system(systemPrompt)]), ...messages.map(toMessage)],
    maxOutputTokens: Math.min(maxTokens, maxOutputTokens),
    temperature,
    stop: stopSequences,
  };
}

function toMessage({ role, content }: SamplingMessage): Message {
  const parts = (Array.isArray(content) ? content : [content]).map(fromContent);
  if (role !== 'assistant') return user(...parts);
  return assistant(...parts.filter((part) => part.type !== 'image_url'));
}

function stopReasonOf(reason: FinishReason): string {
  return reason === 'length' ? 'maxTokens' : reason === 'stop' ? 'endTurn' : reason;
}
