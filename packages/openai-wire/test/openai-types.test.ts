import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
} from 'openai/resources/chat/completions';
import { expectTypeOf, test } from 'vitest';

import type { CompletionLike, OpenAIChatChunk, OpenAIChatCompletion, OpenAIChatRequest } from '@tako/openai-wire';

test('what Tako writes is what the package openai calls by the same name', () => {
  expectTypeOf<OpenAIChatRequest & { stream: true }>().toExtend<ChatCompletionCreateParams>();
  expectTypeOf<Omit<OpenAIChatRequest, 'stream'>>().toExtend<ChatCompletionCreateParams>();
  expectTypeOf<OpenAIChatCompletion>().toExtend<ChatCompletion>();
  expectTypeOf<OpenAIChatChunk>().toExtend<ChatCompletionChunk>();
});

test('what the package openai hands out can be read', () => {
  expectTypeOf<ChatCompletion>().toExtend<CompletionLike>();
  expectTypeOf<ChatCompletionChunk>().toExtend<CompletionLike>();
});
