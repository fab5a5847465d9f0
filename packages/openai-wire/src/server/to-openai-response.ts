import type { ChatResponse } from '@tako/core';
import { unsupported } from '@tako/core/provider';

import { toOpenAIFinishReason } from '../chat/finish-reason.js';
import type { OpenAIToolCall } from '../chat/openai-chat-request.js';
import type { OpenAIChatCompletion } from '../chat/openai-chat-response.js';
import { toOpenAIUsage } from '../chat/usage.js';

/** What an answer says about itself. */
export interface AnswerHead {
  /** For example `chatcmpl-…`. One for all chunks of a stream. */
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970-01-01 UTC. */
  readonly created: number;
}

/**
 * Writes a response as a whole completion, the server's side of `fromOpenAI`.
 *
 * Reasoning becomes `reasoning_content`. The finish reasons `error` and `other`, for which OpenAI has no word, become `stop`.
 *
 * @throws `unsupported` where the answer holds media: completions carry none.
 */
export function toOpenAIResponse(response: ChatResponse, head: AnswerHead): OpenAIChatCompletion {
  let text = '';
  let reasoning = '';
  const calls: OpenAIToolCall[] = [];
  for (const part of response.message.content) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'reasoning') reasoning += part.text;
    else if (part.type === 'tool_call') {
      calls.push({ id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments } });
    } else throw unsupported('the chat completions API', `an answer with a part of type ${part.type}`);
  }
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && calls.length > 0 ? null : text,
          refusal: null,
          ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: toOpenAIFinishReason(response.finishReason),
      },
    ],
    ...(response.usage === undefined ? {} : { usage: toOpenAIUsage(response.usage) }),
  };
}
