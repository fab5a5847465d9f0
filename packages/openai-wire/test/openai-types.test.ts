import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
} from 'openai/resources/chat/completions';
import type { Response, ResponseCreateParams, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { expectTypeOf, test } from 'vitest';

import type {
  CompletionLike,
  OpenAIChatChunk,
  OpenAIChatCompletion,
  OpenAIChatRequest,
  OpenAIResponse,
  OpenAIResponseEvent,
  OpenAIResponsesRequest,
  ResponseLike,
} from '@tako/openai-wire';

test('what Tako writes is what the package openai calls by the same name', () => {
  expectTypeOf<OpenAIChatRequest & { stream: true }>().toExtend<ChatCompletionCreateParams>();
  expectTypeOf<Omit<OpenAIChatRequest, 'stream'>>().toExtend<ChatCompletionCreateParams>();
  expectTypeOf<OpenAIChatCompletion>().toExtend<ChatCompletion>();
  expectTypeOf<OpenAIChatChunk>().toExtend<ChatCompletionChunk>();
});

test('so are the shapes of the Responses API', () => {
  expectTypeOf<OpenAIResponsesRequest & { stream: true }>().toExtend<ResponseCreateParams>();
  // Their list of error codes is shorter than what clients look for: Codex knows `insufficient_quota` and others.
  // A usage that is not known yet is `null` on the wire, of which their type says nothing.
  expectTypeOf<Omit<OpenAIResponse, 'error' | 'usage'>>().toExtend<Omit<Response, 'error' | 'usage'>>();
  expectTypeOf<NonNullable<OpenAIResponse['usage']>>().toExtend<NonNullable<Response['usage']>>();
  expectTypeOf<Exclude<OpenAIResponseEvent, { response: OpenAIResponse }>>().toExtend<ResponseStreamEvent>();
  expectTypeOf<Response>().toExtend<ResponseLike>();
});

test('what the package openai hands out can be read', () => {
  expectTypeOf<ChatCompletion>().toExtend<CompletionLike>();
  expectTypeOf<ChatCompletionChunk>().toExtend<CompletionLike>();
});
