import type { FinishReason } from '@tako/core';
import { invalidOptions } from '@tako/core/provider';
import type { ToolCallLike, UsageLike } from '@tako/openai-wire';

import { lookup } from './json-pointer.js';
import type { AnswerPointers } from './options.js';

/** What was found in a document, in OpenAI's shapes. */
interface Found {
  readonly text: unknown;
  readonly reasoning: unknown;
  readonly finishReason: unknown;
  readonly model: unknown;
  readonly error: unknown;
  readonly toolCalls: readonly ToolCallLike[];
  readonly usage: UsageLike;
}

/** Where things stand in an answer, ready to be looked up. What is not configured is found nowhere. */
export interface AnswerShape {
  readonly find: (document: unknown) => Found;
  /** Whether the answer says why it ended. */
  readonly hasFinishReason: boolean;
  readonly finishReasons: { readonly [word: string]: FinishReason };
}

/**
 * Checks pointers, and makes them ready.
 *
 * @param where names the option, for errors
 * @throws `invalid` for a pointer that is none, or where there is neither text nor tool calls to be found.
 */
export function answerShape(pointers: AnswerPointers, where: string): AnswerShape {
  const { text, reasoning, finishReason, model, error, toolCalls, usage = {}, finishReasons = {} } = pointers;
  if (text === undefined && toolCalls === undefined) {
    throw invalidOptions('httpGeneric', `${where} needs text or toolCalls`);
  }
  const { list, ...inCall } = toolCalls ?? {};
  const findFields = lookup({ text, reasoning, finishReason, model, error, toolCalls: list }, where);
  const findUsage = lookup(usage, `${where}.usage`);
  const findInCall = lookup(inCall, `${where}.toolCalls`);
  return {
    find(document) {
      const { toolCalls: calls, ...fields } = findFields(document);
      return {
        ...fields,
        error: failureIn(fields.error),
        toolCalls: Array.isArray(calls) ? calls.map((call) => toolCall(findInCall(call))) : [],
        usage: openaiUsage(findUsage(document)),
      };
    },
    hasFinishReason: finishReason !== undefined,
    finishReasons,
  };
}

/** A field for errors is there in good answers too, with nothing in it. */
function failureIn(error: unknown): unknown {
  return error === null || error === false || error === '' ? undefined : error;
}

function toolCall({ index, id, name, arguments: args }: { readonly [field: string]: unknown }): ToolCallLike {
  return { index, id: typeof id === 'number' ? String(id) : id, function: { name, arguments: args } };
}

function openaiUsage(usage: { readonly [field: string]: unknown }): UsageLike {
  return {
    prompt_tokens: usage['inputTokens'],
    completion_tokens: usage['outputTokens'],
    prompt_tokens_details: {
      cached_tokens: usage['cachedInputTokens'],
      cache_write_tokens: usage['cacheWriteTokens'],
    },
    completion_tokens_details: { reasoning_tokens: usage['reasoningTokens'] },
  };
}
